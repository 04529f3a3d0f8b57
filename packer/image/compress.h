/* SPDX-License-Identifier: MIT */
/*
 * Compressing an archive into one member of an initramfs, on all processors, by methods of the
 * kernel and within its limits (lib/decompress*.c, unpack.h). The same bytes come of it whatever
 * the number of processors.
 */
#ifndef LULL_PACKER_COMPRESS_H
#define LULL_PACKER_COMPRESS_H

#include <stddef.h>
#include <stdint.h>

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

struct compress_job {
	int in;
	uint64_t size; /* of it, from its beginning */
	int out;       /* written to at its position */
};

/* Returns 0, or -1 with errno, EINTR after a signal (interrupt.h). */
int compress_run(const struct compress_method *method, const struct compress_job *job);

/*
 * Reads `length` bytes at byte `at` of job->in. Returns 0, or -1 with errno, ESTALE if there are
 * not so many.
 */
int compress_read(const struct compress_job *job, void *to, size_t length, uint64_t at);

/* For these: the methods by pieces (compress_pieces.c). */
int compress_lz4(const struct compress_job *job);
int compress_gzip(const struct compress_job *job);

#endif
