/* SPDX-License-Identifier: MIT */
/*
 * Splits text into words like a shell: blanks separate; '...', "..." and \ quote; there is no
 * expansion.
 */
#ifndef LULL_WORDS_H
#define LULL_WORDS_H

#include "text.h"

/*
 * The words of the NUL-terminated `text`, as an array that ends with NULL, in one block that the
 * caller frees. Inside double quotes a backslash quotes only `"`, `\`, `$` and '`'; a backslash and
 * newline are removed (POSIX, Shell Command Language, 2.2). NULL with errno EINVAL for an unclosed
 * quote, or ENOMEM.
 */
char **words_split(const char *text);

/*
 * The length of the first line of `text`, up to a newline that is not quoted, and in *comment the
 * length before its comment: `#` at the start of a word, up to the newline (POSIX, 2.3). With an
 * unclosed quote the line ends at the first newline.
 */
size_t words_line(const char *text, size_t *comment);

/* The number of words before the NULL. */
size_t words_count(char *const *words);

/* Appends `word` so that words_split() returns it unchanged, quoted only if necessary. */
void words_quote(struct text *t, const char *word);

#endif
