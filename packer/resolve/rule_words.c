/* SPDX-License-Identifier: MIT */
#include "resolve/rule_words.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "host/memory.h"
#include "plan/plan.h"

static const char blanks[] = " \t";

static void
add_word(struct rule_words *words, const char *word, size_t length)
{
	words->list = xgrow(words->list, words->count, sizeof(*words->list));
	words->list[words->count++] = xasprintf("%.*s", (int)length, word);
}

static bool
is_object(const char *word, size_t length)
{
	return length > 3 && memcmp(word + length - 3, ".so", 3) == 0 &&
	       memchr(word, '/', length) == NULL;
}

/* Appends the words of one line, from `at` up to `end`. */
static void
read_line(struct rule_words *words, const char *at, const char *end, const char *key)
{
	at += strspn(at, blanks);
	if (key != NULL && strncmp(at, key, strlen(key)) != 0)
		return;
	at += key != NULL ? strlen(key) : 0;
	while (at < end) {
		at += strspn(at, blanks);
		size_t length = strcspn(at, *at == '[' ? "]#\n" : " \t[#\n");
		if (at[0] == '[')
			length += at[length] == ']';
		else if (length > 0 && (key != NULL || is_object(at, length)))
			add_word(words, at, length);
		at += length;
		if (*at == '#' || *at == '\n' || *at == '\0')
			return;
	}
}

void
rule_words_read(struct rule_words *words, const char *text, const char *key)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		read_line(words, text, text + length, key);
		text += length + (text[length] == '\n');
	}
}

/* Appends the words of a planned file. */
static void
read_entry(struct rule_words *words, const struct plan_entry *entry, const char *key)
{
	size_t size = 0;
	void *map = entry->content == NULL && entry->source != NULL
			? mapped_file(entry->source, &size)
			: NULL;

	if (entry->type != PLAN_FILE)
		return;
	char *text = xasprintf("%.*s", (int)size, map != NULL ? (const char *)map : "");
	rule_words_read(words, entry->content != NULL ? entry->content : text, key);
	free(text);
	if (map != NULL)
		mapped_release(map);
}

const struct rule_words *
rule_words_get(struct rule_words *words, enum rule_number number, const struct plan *plan)
{
	const struct rule *rule = &rules[number];
	struct rule_words *its = &words[number];
	const struct plan_entry *entry = plan_find(plan, rule->words_of);
	bool is_pattern = strchr(rule->words_of, '*') != NULL;

	if (its->known)
		return its;
	its->known = true;
	for (size_t i = 0; is_pattern && i < plan->count; i++)
		if (fnmatch(rule->words_of, plan->entries[i]->path, FNM_PATHNAME) == 0)
			read_entry(its, plan->entries[i], rule->words_key);
	if (entry != NULL)
		read_entry(its, entry, rule->words_key);
	else if (rule->words_otherwise != NULL)
		rule_words_read(its, rule->words_otherwise, "");
	return its;
}

void
rule_words_free(struct rule_words *words)
{
	for (size_t r = 0; r < RULES; r++) {
		for (size_t i = 0; i < words[r].count; i++)
			free(words[r].list[i]);
		free(words[r].list);
		words[r] = (struct rule_words){.list = NULL};
	}
}

char *
rule_words_expand(const char *text, const char *word)
{
	const char *at = strstr(text, "%s");

	return at != NULL ? xasprintf("%.*s%s%s", (int)(at - text), text, word, at + 2)
			  : xstrdup(text);
}
