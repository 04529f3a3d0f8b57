/* SPDX-License-Identifier: MIT */
/* What %s stands for in a rule: words of a file of the image. */
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
 * Adds the words of `text`: of lines that begin with `key`, those behind it, but nothing in
 * brackets; with `key` NULL all that end in ".so". What follows a # is a comment. Pure.
 */
void rule_words_read(struct rule_words *words, const char *text, const char *key);

/* Those of one rule, out of `words`, which has RULES of them, zeroed at first; looked for once. */
const struct rule_words *rule_words_get(struct rule_words *words, enum rule_number number,
					const struct plan *plan);

/* Frees what is in all RULES of them. */
void rule_words_free(struct rule_words *words);

/* `text` with the first %s in it replaced by `word`, to be freed. */
char *rule_words_put(const char *text, const char *word);

#endif
