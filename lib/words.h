/* SPDX-License-Identifier: MIT */
/*
 * Text as a shell splits it into words: blanks separate; '...', "..." and \ quote; nothing is
 * expanded.
 */
#ifndef LULL_WORDS_H
#define LULL_WORDS_H

#include "text.h"

/*
 * The words of the NUL-terminated `text`, as an array that ends with NULL, in one block that the
 * caller frees. Inside double quotes a backslash quotes only `"`, `\`, `$` and '`', and a backslash
 * and newline vanish (POSIX, Shell Command Language, 2.2). NULL with errno EINVAL for a quote that
 * is not closed, or ENOMEM.
 */
char **words_split(const char *text);

/*
 * The length of the first line of `text`, whose newline is in no quote and behind no backslash, and
 * in *comment that of what stands before its comment: `#` at the beginning of a word, up to the
 * newline (POSIX, 2.3). Where a quote is not closed the line ends at the first newline of all.
 */
size_t words_line(const char *text, size_t *comment);

/* How many words stand before the NULL. */
size_t words_count(char *const *words);

/* Appends `word` so that words_split() gives it back, in quotes only where it needs them. */
void words_quote(struct text *t, const char *word);

#endif
