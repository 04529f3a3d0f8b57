/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

enum { ESCAPE_MAX = 4, RESERVED = 8 };

static void
escape_byte(struct text *t, unsigned char c)
{
	if (c == '\\') {
		text_string(t, "\\\\");
	} else if (c == '\n') {
		text_string(t, "\\n");
	} else if (c == '\t') {
		text_string(t, "\\t");
	} else if (c < 0x20 || c > 0x7e) {
		text_string(t, "\\x");
		text_hex(t, c, 2);
	} else {
		text_char(t, (char)c);
	}
}

void
escape_bytes(struct text *t, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length; i++) {
		if (t->size - t->used < ESCAPE_MAX + RESERVED) {
			text_string(t, "...");
			return;
		}
		escape_byte(t, at[i]);
	}
}
