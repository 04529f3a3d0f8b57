/* SPDX-License-Identifier: MIT */
/* Values of %s in a rule: words from a file of the image. */
#ifndef LULL_PACKER_RULE_WORDS_H
#define LULL_PACKER_RULE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "elf/rules.h"

struct plan;

struct rule_words {
	bool known;
	char **list;
	size_t count;
};

/*
 * Appends the words of `text`: on lines that begin with `key`, the words after it, without text in
 * brackets; if `key` is NULL, all words that end in ".so". # begins a comment. Pure.
 */
void rule_words_read(struct rule_words *words, const char *text, const char *key);

/* Returns the words of one rule. `words` has RULES elements, zeroed at first; each is read once. */
const struct rule_words *rule_words_get(struct rule_words *words, enum rule_number number,
					const struct plan *plan);

/* Frees the contents of all RULES elements. */
void rule_words_free(struct rule_words *words);

/* Returns `text` with its first %s replaced by `word`, to be freed. */
char *rule_words_expand(const char *text, const char *word);

#endif
