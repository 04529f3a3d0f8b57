/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

int
bytes_add(struct bytes *b, const void *bytes, size_t length)
{
	if (length == 0)
		return 0;
	if (length > b->size - b->length) {
		size_t size = (b->length + length) * 2;
		char *data = realloc(b->data, size);

		if (data == NULL)
			return -1;
		b->data = data;
		b->size = size;
	}
	memcpy(b->data + b->length, bytes, length);
	b->length += length;
	return 0;
}

void
bytes_free(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}
