/* SPDX-License-Identifier: MIT */
/*
 * Unpacks compressed members of an initramfs, with the methods and limits of the kernel
 * (lib/decompress*.c): one stream or frame is one member; xz with CRC32 or no check; LZ4 in its
 * legacy format, which has no end mark.
 */
#ifndef LULL_UNPACK_H
#define LULL_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct unpacked {
	unsigned char *bytes; /* the data unpacked, also before an error; to be freed */
	size_t size;
	size_t used;	     /* bytes of the member */
	const char *problem; /* NULL: everything was unpacked */
	bool is_own_limit;   /* the problem is a limit of this reader: a kernel may unpack it */
};

/* The method's name, by the first two bytes as in the kernel, or NULL. */
const char *unpack_method(const unsigned char *in, size_t length);

/* Unpacks the member at the start of `in`, to at most `limit` bytes. */
struct unpacked unpack(const unsigned char *in, size_t length, size_t limit);

#endif
