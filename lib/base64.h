/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, section 4) without padding. */
#ifndef LULL_BASE64_H
#define LULL_BASE64_H

#include "text.h"

/* The number of characters that `length` bytes become. */
size_t base64_length(size_t length);

void base64_encode(struct text *t, const void *bytes, size_t length);

/*
 * Decodes `length` characters to `out`, which holds at least `length` bytes. Returns the number of
 * bytes, or -1 with errno EINVAL for an invalid character or length, or remaining bits that are not
 * zero.
 */
long base64_decode(const char *in, size_t length, char *out);

#endif
