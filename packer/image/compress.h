/* SPDX-License-Identifier: MIT */
/*
 * Compresses an archive into one member of an initramfs, by a method of the kernel and within its
 * limits (lib/decompress*.c, unpack.h). The program has the method's name. The result does not
 * depend on the number of processors.
 */
#ifndef LULL_PACKER_COMPRESS_H
#define LULL_PACKER_COMPRESS_H

struct compress_method;

/* The names of the methods, without none, for messages. */
#define COMPRESS_NAMES "zstd, lz4, gzip, xz"

/* Returns the method `name`, or NULL. */
const struct compress_method *compress_find(const char *name);

/*
 * Returns the method's name. unpack_method() uses the same names, and so do the rows "image" of
 * kconfig/needs, which list the kernel's option for each: RD_ZSTD and the like.
 */
const char *compress_name(const struct compress_method *method);

/*
 * Compresses the whole file `in` to `out`, at its position. `output` is the name of `out` in
 * messages. Returns 0; or -1 after a warning, or after a signal (interrupt.h).
 */
int compress_run(const struct compress_method *method, int in, int out, const char *output);

#endif
