/* SPDX-License-Identifier: MIT */
/* A growing array of bytes. */
#ifndef BENCH_BYTES_H
#define BENCH_BYTES_H

#include <stddef.h>

struct bytes {
	char *data; /* owned; NULL while empty */
	size_t length;
	size_t size;
};

/* Appends bytes. Returns 0, or -1 with errno ENOMEM and the array unchanged. */
int bytes_add(struct bytes *b, const void *bytes, size_t length);

/* Frees the bytes and empties the array. */
void bytes_free(struct bytes *b);

#endif
