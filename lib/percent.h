/* SPDX-License-Identifier: MIT */
/* Percent encoding (RFC 3986, section 2.1): any bytes as printable ASCII. */
#ifndef LULL_PERCENT_H
#define LULL_PERCENT_H

#include <stdbool.h>

#include "text.h"

/*
 * Returns whether `c` is written as %XX: control bytes, 8-bit bytes, '%', and the characters in
 * `also`.
 */
bool percent_escapes(char c, const char *also);

/* Appends `length` bytes, with an escape for each byte for which percent_escapes() is true. */
void percent_encode(struct text *t, const void *bytes, size_t length, const char *also);

/* Appends the line "KEY VALUE\n" with the value encoded and truncated to `most` bytes. */
void percent_field(struct text *t, const char *key, const char *value, size_t most);

/*
 * Decodes `length` characters to `out`, which holds at least `length` bytes and may be `in` itself.
 * Returns the number of bytes, or -1 with errno EINVAL for an incomplete or invalid escape.
 */
long percent_decode(const char *in, size_t length, char *out);

#endif
