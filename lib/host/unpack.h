/* SPDX-License-Identifier: MIT */
/*
 * Compressed members of an initramfs, by the methods and within the limits of the kernel
 * (lib/decompress*.c): one stream or frame is one member; xz with CRC32 or no check; LZ4 in its
 * legacy format, which has no end of its own.
 */
#ifndef LULL_UNPACK_H
#define LULL_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct unpacked {
	unsigned char
	    *bytes; /* what could be unpacked, also where there is a problem; to be freed */
	size_t size;
	size_t used;	     /* bytes of the member */
	const char *problem; /* NULL: all of it was unpacked */
	bool is_own_limit;   /* the problem is this reader's alone: a kernel may unpack it */
};

/* The method's name, by the first two bytes as the kernel tells them, or NULL. */
const char *unpack_method(const unsigned char *in, size_t length);

/* Unpacks the member at the beginning of `in`, to at most `limit` bytes. */
struct unpacked unpack(const unsigned char *in, size_t length, size_t limit);

#endif
