/* SPDX-License-Identifier: MIT */
#include "kernel/needs.h"

#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "kernel/kernel_config.h"

static const char blanks[] = " \t";

/* Returns the next word and advances *line past it; NULL at the end. */
static char *
next_word(char **line)
{
	char *word = *line + strspn(*line, blanks), *end = word + strcspn(word, blanks);

	*line = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return *word != '\0' ? word : NULL;
}

/* Options are at most NEEDS_LONGEST capitals, digits and underscores, separated by `,` or `|`. */
static bool
are_options(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	for (;;) {
		size_t length = strspn(text, letters);
		text += length;
		if (length == 0 || length > NEEDS_LONGEST ||
		    (*text != '\0' && *text != ',' && *text != '|'))
			return false;
		if (*text++ == '\0')
			return true;
	}
}

/* Returns 0, or -1 if the line is not a row. Empty lines and comments are skipped. */
static int
parse_line(struct needs *needs, char *line)
{
	struct needs_row row = {.kind = next_word(&line)};

	if (row.kind == NULL || row.kind[0] == '#')
		return 0;
	row.name = next_word(&line);
	row.options = next_word(&line);
	row.consequence = line + strspn(line, blanks);
	if (row.name == NULL || row.options == NULL || !are_options(row.options) ||
	    row.consequence[0] == '\0')
		return -1;
	needs->rows = xgrow(needs->rows, needs->count, sizeof(*needs->rows));
	needs->rows[needs->count++] = row;
	return 0;
}

static int
compare_options(const void *a, const void *b)
{
	const struct needs_option *left = a, *right = b;

	return left->length != right->length
		   ? (left->length > right->length) - (left->length < right->length)
		   : memcmp(left->name, right->name, left->length);
}

/* The option at the beginning of `text`. */
static struct needs_option
option_at(const char *text)
{
	return (struct needs_option){text, strcspn(text, ",|"), 'n'};
}

static void
collect_options(struct needs *needs)
{
	size_t kept = 0;

	for (size_t i = 0; i < needs->count; i++) {
		for (const char *at = needs->rows[i].options; *at != '\0'; at += *at != '\0') {
			needs->options =
			    xgrow(needs->options, needs->option_count, sizeof(*needs->options));
			needs->options[needs->option_count++] = option_at(at);
			at += strcspn(at, ",|");
		}
	}
	if (needs->option_count == 0)
		return;
	qsort(needs->options, needs->option_count, sizeof(*needs->options), compare_options);
	for (size_t i = 1; i < needs->option_count; i++)
		if (compare_options(&needs->options[kept], &needs->options[i]) != 0)
			needs->options[++kept] = needs->options[i];
	needs->option_count = kept + 1;
	for (size_t i = 0; i < needs->option_count; i++)
		for (size_t k = needs->options[i].length + 1; k < NEEDS_LONGEST + 2; k++)
			needs->shorter[k]++;
}

int
needs_read(struct needs *needs, const char *text, size_t length, size_t *line)
{
	*needs = (struct needs){.text = xcalloc(length + 1, 1)};
	memcpy(needs->text, text, length);
	*line = 1;
	for (char *at = needs->text; at < needs->text + length; (*line)++) {
		char *end = memchr(at, '\n', (size_t)(needs->text + length - at));
		char *next = end != NULL ? end + 1 : needs->text + length;
		if (end != NULL)
			*end = '\0';
		if (strlen(at) != (size_t)((end != NULL ? end : next) - at) ||
		    parse_line(needs, at) != 0) {
			needs_free(needs);
			return -1;
		}
		at = next;
	}
	collect_options(needs);
	return 0;
}

void
needs_free(struct needs *needs)
{
	free(needs->rows);
	free(needs->options);
	free(needs->text);
	*needs = (struct needs){.count = 0};
}

static struct needs_option *
find_option(const struct needs *needs, const struct needs_option *key)
{
	if (key->length > NEEDS_LONGEST)
		return NULL;
	for (size_t i = needs->shorter[key->length]; i < needs->shorter[key->length + 1]; i++)
		if (memcmp(needs->options[i].name, key->name, key->length) == 0)
			return &needs->options[i];
	return NULL;
}

void
needs_judge(struct needs *needs, const struct kernel_config *config)
{
	struct kernel_option option;
	size_t at = 0;

	for (size_t i = 0; i < needs->option_count; i++)
		needs->options[i].state = 'n';
	while (kernel_config_next(config, &at, &option)) {
		struct needs_option key = {option.name, option.length, 'n'},
				    *named = find_option(needs, &key);
		if (named != NULL)
			named->state = kernel_option_state(&option);
	}
}

const struct needs_row *
needs_find(const struct needs *needs, const char *kind, const char *name)
{
	for (size_t i = 0; i < needs->count; i++)
		if (strcmp(needs->rows[i].kind, kind) == 0 &&
		    strcmp(needs->rows[i].name, name) == 0)
			return &needs->rows[i];
	return NULL;
}

/* The best state of the options at `text`, up to the next comma. */
static char
clause_state(const struct needs *needs, const char *text)
{
	char best = 'n';

	for (const char *at = text;; at++) {
		struct needs_option key = option_at(at), *option = find_option(needs, &key);
		if (option->state == 'y' || best == 'n')
			best = option->state;
		at += key.length;
		if (*at != '|')
			return best;
	}
}

/* Appends the options of a clause to `text`, which is freed. The result is to be freed. */
static char *
append_clause(char *text, const char *clause)
{
	const char *before = text != NULL ? " and " : "";

	for (const char *at = clause;; at++) {
		size_t length = strcspn(at, ",|");
		char *longer = xasprintf("%s%sCONFIG_%.*s=y", text != NULL ? text : "", before,
					 (int)length, at);
		free(text);
		text = longer;
		before = " or ";
		at += length;
		if (*at != '|')
			return text;
	}
}

char *
needs_lacking(const struct needs *needs, const struct needs_row *row, bool *are_modules)
{
	char *text = NULL;

	*are_modules = true;
	for (const char *clause = row->options; *clause != '\0'; clause += *clause != '\0') {
		char state = clause_state(needs, clause);
		if (state != 'y') {
			text = append_clause(text, clause);
			*are_modules = *are_modules && state == 'm';
		}
		clause += strcspn(clause, ",");
	}
	return text;
}
