/* SPDX-License-Identifier: MIT */
/* Parses and writes experiments on a kernel command line. */
#include <stdlib.h>
#include <string.h>

#include "experiment.h"
#include "percent.h"
#include "words.h"

static const char prefix[] = "lull.";

static void
describe_problem(struct text *problem, const char *word, const char *what, size_t length)
{
	if (problem->used > 0)
		return;
	text_string(problem, prefix);
	if (word != NULL) {
		percent_encode(problem, word, strlen(word), "");
		text_string(problem, ": ");
	}
	text_bytes(problem, what, length);
}

static void
report_word(struct text *problem, const char *word, const char *what)
{
	describe_problem(problem, word, what, strlen(what));
}

static int
set_key(struct experiment *e, enum experiment_layer layer, const char *key, const char *value,
	struct text *problem)
{
	char why[512];
	struct text t = text_in(why, sizeof(why));

	if (experiment_set(e, layer, key, value, &t) == 0)
		return 0;
	describe_problem(problem, NULL, t.data, t.used);
	return -1;
}

/* `word` is KEY=VALUE without the prefix, writable. */
static int
set_word(struct experiment *e, enum experiment_layer layer, char *word, struct text *problem)
{
	char *value = strchr(word, '=');
	size_t length;
	long decoded;

	if (value == NULL) {
		report_word(problem, word, "a key needs a value: lull.KEY=VALUE");
		return -1;
	}
	*value++ = '\0';
	length = strlen(value);
	if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
		value++;
		length -= 2;
	}
	decoded = percent_decode(value, length, value);
	if (decoded < 0 || memchr(value, '\0', (size_t)decoded) != NULL) {
		report_word(problem, word, "invalid percent-encoding");
		return -1;
	}
	value[decoded] = '\0';
	return set_key(e, layer, word, value, problem);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

/* The length of the word at `at`, up to a blank outside double quotes. */
static size_t
word_length(const char *at, size_t left)
{
	bool quoted = false;
	size_t length = 0;

	for (; length < left && (quoted || !is_blank(at[length])); length++)
		if (at[length] == '"')
			quoted = !quoted;
	return length;
}

/*
 * Sets `run` to the words after ` -- `, without the final newline. A NUL, possible in a hostile
 * file, ends them.
 */
static int
set_rest(struct experiment *e, enum experiment_layer layer, char *rest, struct text *problem)
{
	size_t length = strlen(rest);

	while (length > 0 && is_blank(rest[length - 1]))
		rest[--length] = '\0';
	if (rest[strspn(rest, " \t\n")] == '\0')
		return 0;
	/* These words replace the values of lull.run. */
	return set_key(e, layer + 1, "run", rest, problem);
}

int
experiment_read_line(struct experiment *e, enum experiment_layer layer, const char *line,
		     size_t length, struct text *problem)
{
	char *copy = malloc(length + 1);
	int result = 0;

	if (copy == NULL) {
		report_word(problem, "", "out of memory");
		return -1;
	}
	memcpy(copy, line, length);
	copy[length] = '\0';
	for (size_t at = 0; at < length;) {
		size_t word = word_length(copy + at, length - at);
		char *start = copy + at;

		at += word + 1;
		start[word] = '\0';
		if (strcmp(start, "--") == 0) {
			if (at < length && set_rest(e, layer, copy + at, problem) != 0)
				result = -1;
			break;
		}
		if (word >= 2 && start[0] == '"' && start[word - 1] == '"') {
			start[word - 1] = '\0';
			start++;
		}
		if (strncmp(start, "ignore_loglevel", 15) == 0 ||
		    strncmp(start, "printk.i", 8) == 0)
			e->is_loud = true;
		if (strncmp(start, prefix, strlen(prefix)) == 0 &&
		    set_word(e, layer, start + strlen(prefix), problem) != 0)
			result = -1;
	}
	free(copy);
	return result;
}

void
experiment_write(struct text *t, const char *key, const char *value)
{
	text_char(t, ' ');
	text_string(t, prefix);
	text_string(t, key);
	text_char(t, '=');
	percent_encode(t, value, strlen(value), " \"");
}

void
experiment_write_run(struct text *t, char *const argv[])
{
	size_t size = 1;

	for (int i = 0; argv[i] != NULL; i++)
		size += strlen(argv[i]) * 4 + 3;
	char *buffer = malloc(size);
	if (buffer == NULL) {
		t->full = true;
		return;
	}
	struct text quoted = text_in(buffer, size);
	for (int i = 0; argv[i] != NULL; i++) {
		if (i > 0)
			text_char(&quoted, ' ');
		words_quote(&quoted, argv[i]);
	}
	text_char(&quoted, '\0');
	experiment_write(t, "run", buffer);
	free(buffer);
}
