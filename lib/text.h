/* SPDX-License-Identifier: MIT */
/*
 * Text built in a buffer of fixed size. An append that does not fit sets `full` and leaves the text
 * as it was; what follows is dropped too, so one look at `full` after the last append is enough.
 */
#ifndef LULL_TEXT_H
#define LULL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t size;
	size_t used;
	bool full;
};

/*
 * An empty text in the `size` bytes at `data`, which stay the caller's. No terminating NUL is kept.
 */
struct text text_in(char *data, size_t size);

/*
 * Append bytes, a string, one character, a decimal number, the low `digits` hexadecimal digits of a
 * number.
 */
void text_bytes(struct text *t, const void *bytes, size_t length);
void text_string(struct text *t, const char *string);
void text_char(struct text *t, char c);
void text_number(struct text *t, uint64_t number);
void text_hex(struct text *t, uint64_t number, int digits);

/* Append the line "KEY NUMBER\n" or "KEY STRING\n", the form of structured payloads (wire.h). */
void text_field(struct text *t, const char *key, uint64_t number);
void text_field_string(struct text *t, const char *key, const char *string);

/* "s" behind the name of what is counted, or "" for one of it. */
const char *text_plural(uint64_t number);

/* The value of a hexadecimal digit of either case, -1 for anything else. */
int text_hex_digit(char c);

/*
 * A whole decimal number of at most `max`; -1 with errno EINVAL or ERANGE, and *number untouched.
 */
int text_parse_number(const char *string, uint64_t max, uint64_t *number);

#endif
