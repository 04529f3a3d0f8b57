/* SPDX-License-Identifier: MIT */
/* Text as a shell splits it into words: blanks separate; '...', "..." and \ quote; nothing is expanded. */
#ifndef LULL_WORDS_H
#define LULL_WORDS_H

#include "text.h"

/*
 * The words of the NUL-terminated `text`, as an array that ends with NULL, in one block that the caller frees.
 * Inside double quotes a backslash quotes only `"`, `\`, `$` and '`', and a backslash and newline vanish (POSIX, Shell
 * Command Language, 2.2). NULL with errno EINVAL for a quote that is not closed, or ENOMEM.
 */
char **words_split(const char *text);

/* Appends `word` so that words_split() gives it back, in quotes only where it needs them. */
void words_quote(struct text *t, const char *word);

#endif
