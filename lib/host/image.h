/* SPDX-License-Identifier: MIT */
/*
 * An initramfs from anyone, read as the kernel reads it (init/initramfs.c,
 * Documentation/driver-api/early-userspace/ buffer-format.rst): newc archives one after the other,
 * each plain, at a multiple of 4 bytes, or compressed, zeros between them. Pure.
 */
#ifndef LULL_IMAGE_H
#define LULL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/rootfs.h"

/* What breaks a rule, or what the kernel would leave out. */
struct image_finding {
	uint64_t
	    at; /* byte of the image: the entry's header, or the member where it is compressed */
	const char *method; /* by which it is compressed, or NULL */
	uint64_t inside;    /* byte of what that unpacks to */
	bool ends;	    /* the kernel reads no further, or there is no more */
	const char *problem;
	char *name; /* of the entry, or NULL */
};

struct image {
	struct rootfs rootfs;
	struct image_finding *findings;
	size_t count;
	/*
	 * Of its compressed members: what data of files point into, beside the image's own bytes,
	 * and the methods
	 */
	unsigned char **unpacked;
	const char **methods;
	size_t unpacked_count;
	uint64_t unpacked_size; /* bytes of all of them together */
	bool is_own_limit; /* what ended the reading is this reader's own limit: a kernel may read
			      on */
};

/*
 * Reads the image in `bytes`, which must stay as long as `image`, to be given to image_free(). What
 * is compressed may unpack to `limit` bytes in all. Whatever breaks a rule is among the findings.
 */
void image_read(struct image *image, const unsigned char *bytes, size_t length, uint64_t limit);
void image_free(struct image *image);

/* Whether the image could not be read to its end. */
bool image_is_cut(const struct image *image);

#endif
