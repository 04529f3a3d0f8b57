/* SPDX-License-Identifier: MIT */
/*
 * Compressing an archive into one member of an initramfs, by methods of the kernel and within its
 * limits (lib/decompress*.c, unpack.h), with the program that each method is called after. The
 * result is the same on any number of processors.
 */
#ifndef LULL_PACKER_COMPRESS_H
#define LULL_PACKER_COMPRESS_H

struct compress_method;

/* The methods' names but for none, for messages. */
#define COMPRESS_NAMES "zstd, lz4, gzip, xz"

/* The method called `name`, or NULL. */
const struct compress_method *compress_find(const char *name);

/*
 * What the method is called: as unpack_method() and the rows "image" of kconfig/needs, which tell
 * the option that a kernel must have for it, RD_ZSTD and the like, call it.
 */
const char *compress_name(const struct compress_method *method);

/*
 * Compresses all of the file `in` to `out`, at its position. `output` is its name in messages.
 * Returns 0, or -1 after a warning, which a signal (interrupt.h) needs not.
 */
int compress_run(const struct compress_method *method, int in, int out, const char *output);

#endif
