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

/* The length of the harmless UTF-8 character of several bytes at `at`; 0: it is not one. */
static size_t
harmless_length(const unsigned char *at)
{
	static const struct {
		unsigned from, to;
	} harmful[] = {{0x80, 0x9f},	 {0xad, 0xad},	   {0x61c, 0x61c},   {0x200b, 0x200f},
		       {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff}, {0xfeff, 0xfeff},
		       {0xfff0, 0xffff}, {0xe0000, ~0u}};
	size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc2 ? 2 : 0;
	unsigned character = at[0] & (0x7fu >> length);
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};

	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (at[i] & 0x3fu);
	}
	if (length == 0 || character < least[length])
		return 0;
	for (size_t i = 0; i < sizeof(harmful) / sizeof(*harmful); i++)
		if (character >= harmful[i].from && character <= harmful[i].to)
			return 0;
	return length;
}

void
escape_text(struct text *t, const char *string)
{
	for (const unsigned char *at = (const unsigned char *)string; *at != '\0';) {
		size_t length = *at >= 0x80 ? harmless_length(at) : 0;
		if (t->size - t->used < ESCAPE_MAX + RESERVED) {
			text_string(t, "...");
			return;
		}
		if (length > 0)
			text_bytes(t, (const char *)at, length);
		else
			escape_byte(t, *at);
		at += length > 0 ? length : 1;
	}
}
