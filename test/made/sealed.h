/* SPDX-License-Identifier: MIT */
/* Makes a record of any fields with a valid check, so that the code after the check is reached. */
#ifndef LULL_TEST_SEALED_H
#define LULL_TEST_SEALED_H

#include <string.h>

#include "siphash.h"
#include "text.h"
#include "wire.h"

enum {
	SEALED_SESSION = 0xaa,
	SEALED_MORE = 48, /* characters around the fields: sentinel, session, check and the spaces
			     in between */
};

/*
 * Appends the line, without newline, for the `length` bytes of `fields`, the text between session
 * and check.
 */
static inline void
sealed(struct text *t, const void *fields, size_t length)
{
	size_t start = t->used;

	text_string(t, WIRE_SENTINEL);
	text_hex(t, SEALED_SESSION, 16);
	text_char(t, ' ');
	text_bytes(t, fields, length);
	uint64_t check = siphash(SEALED_SESSION, 0, t->data + start, t->used - start);
	text_char(t, ' ');
	text_hex(t, check, 16);
}

#endif
