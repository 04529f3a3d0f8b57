/* SPDX-License-Identifier: MIT */
/* Suggestions for unknown words. */
#ifndef LULL_NEAREST_H
#define LULL_NEAREST_H

/*
 * The word of `known`, ended by NULL, with the smallest Levenshtein distance to `word`. NULL unless
 * that is less than three and less than the word's length.
 */
const char *nearest_word(const char *word, const char *const *known);

#endif
