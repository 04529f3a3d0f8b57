/* SPDX-License-Identifier: MIT */
/* Escapes a guest's bytes so that they cannot harm a terminal. */
#ifndef BENCH_ESCAPE_H
#define BENCH_ESCAPE_H

#include "text.h"

/*
 * Appends `length` bytes: printable ASCII unchanged, a backslash as `\\`, tab and newline as `\t`
 * and `\n`, any other byte as `\xHH`. Ends with `...` where they do not fit; keeps four bytes of
 * `t` free so that the caller can close the sentence.
 */
void escape_bytes(struct text *t, const void *bytes, size_t length);

/*
 * The same for a string that may be UTF-8: characters that a terminal only shows stay as they are.
 * Control characters, also those of U+0080 to U+009F, and characters that change the direction or
 * the look of others are escaped.
 */
void escape_text(struct text *t, const char *string);

#endif
