/* SPDX-License-Identifier: MIT */
/*
 * Text in a buffer of fixed size. An append that does not fit sets `full` and changes nothing else;
 * later appends are dropped too, so `full` has to be checked only after the last one.
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

/* An empty text in the `size` bytes at `data`, which the caller owns. It has no terminating NUL. */
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

/* The plural "s", or "" for 1. */
const char *text_plural(uint64_t number);

/* The value of a hexadecimal digit in either case, or -1. */
int text_hex_digit(char c);

/*
 * Parses a decimal number of at most `max`. Returns 0, or -1 with errno EINVAL or ERANGE and
 * *number unchanged.
 */
int text_parse_number(const char *string, uint64_t max, uint64_t *number);

#endif
