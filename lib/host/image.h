/* SPDX-License-Identifier: MIT */
/*
 * Reads any initramfs like the kernel (init/initramfs.c,
 * Documentation/driver-api/early-userspace/buffer-format.rst): a sequence of newc archives,
 * separated by zeros, each plain and aligned to 4 bytes, or compressed. Pure.
 */
#ifndef LULL_IMAGE_H
#define LULL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/rootfs.h"

/* A violation of the format, or an entry that the kernel skips. */
struct image_finding {
	uint64_t at; /* offset in the image: of the entry's header, or of the compressed member */
	const char *method; /* compression method, or NULL */
	uint64_t inside;    /* offset in the unpacked data */
	bool ends;	    /* the kernel stops reading here, or the data end */
	const char *problem;
	char *name; /* of the entry, or NULL */
};

struct image {
	struct rootfs rootfs;
	struct image_finding *findings;
	size_t count;
	/* Of the compressed members: unpacked data, to which files point, and methods. */
	unsigned char **unpacked;
	const char **methods;
	size_t unpacked_count;
	uint64_t unpacked_size; /* total size of these */
	bool is_own_limit; /* the reading ended at a limit of this reader: a kernel may continue */
};

/*
 * Reads the image in `bytes`, which must stay valid as long as `image`; the caller calls
 * image_free(). Compressed members may unpack to `limit` bytes in total. Problems are added to the
 * findings.
 */
void image_read(struct image *image, const unsigned char *bytes, size_t length, uint64_t limit);
void image_free(struct image *image);

/* Returns whether the image could not be read to its end. */
bool image_is_cut(const struct image *image);

#endif
