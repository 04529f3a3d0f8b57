/* SPDX-License-Identifier: MIT */
#include "percent.h"

#include <errno.h>
#include <string.h>

bool
percent_escapes(char c, const char *also)
{
	if (c < 0x20 || c > 0x7e || c == '%')
		return true;
	while (*also != '\0' && *also != c)
		also++;
	return *also != '\0';
}

void
percent_encode(struct text *t, const void *bytes, size_t length, const char *also)
{
	const char *from = bytes;

	while (length > 0) {
		size_t plain = 0;
		while (plain < length && !percent_escapes(from[plain], also))
			plain++;
		text_bytes(t, from, plain);
		from += plain;
		length -= plain;
		if (length == 0)
			break;
		text_char(t, '%');
		text_hex(t, (unsigned char)*from++, 2);
		length--;
	}
}

void
percent_field(struct text *t, const char *key, const char *value, size_t most)
{
	text_string(t, key);
	text_char(t, ' ');
	percent_encode(t, value, strnlen(value, most), "");
	text_char(t, '\n');
}

long
percent_decode(const char *in, size_t length, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (in[i] != '%') {
			out[used++] = in[i];
			continue;
		}
		if (length - i < 3 || text_hex_digit(in[i + 1]) < 0 ||
		    text_hex_digit(in[i + 2]) < 0) {
			errno = EINVAL;
			return -1;
		}
		out[used++] = (char)(text_hex_digit(in[i + 1]) << 4 | text_hex_digit(in[i + 2]));
		i += 2;
	}
	return (long)used;
}
