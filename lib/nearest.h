/* SPDX-License-Identifier: MIT */
/* What was meant by a word that is not known. */
#ifndef LULL_NEAREST_H
#define LULL_NEAREST_H

/*
 * The word of `known`, ended by NULL, that takes the fewest bytes put in, taken out or replaced to
 * be made of `word` (Levenshtein's distance). NULL if none takes fewer than three and fewer than it
 * has.
 */
const char *nearest_word(const char *word, const char *const *known);

#endif
