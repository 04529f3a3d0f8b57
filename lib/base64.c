/* SPDX-License-Identifier: MIT */
#include "base64.h"

#include <errno.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t
base64_length(size_t length)
{
	return (length * 4 + 2) / 3;
}

void
base64_encode(struct text *t, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;
	uint32_t bits = 0;
	int held = 0;

	for (size_t i = 0; i < length; i++) {
		bits = bits << 8 | from[i];
		held += 8;
		while (held >= 6) {
			held -= 6;
			text_char(t, alphabet[bits >> held & 63]);
		}
	}
	if (held > 0)
		text_char(t, alphabet[bits << (6 - held) & 63]);
}

long
base64_decode(const char *in, size_t length, char *out)
{
	uint32_t bits = 0;
	int held = 0;
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		const char *digit = in[i] != '\0' ? strchr(alphabet, in[i]) : NULL;
		if (digit == NULL)
			goto bad;
		bits = bits << 6 | (uint32_t)(digit - alphabet);
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[used++] = (char)(bits >> held);
		}
	}
	if (length % 4 == 1 || (bits & ((1U << held) - 1)) != 0)
		goto bad;
	return (long)used;
bad:
	errno = EINVAL;
	return -1;
}
