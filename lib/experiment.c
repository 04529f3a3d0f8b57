/* SPDX-License-Identifier: MIT */
#include "experiment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "percent.h"
#include "words.h"

static const char prefix[] = "lull.";

struct experiment
experiment_default(void)
{
	return (struct experiment){.hostname = "lull"};
}

void
experiment_free(struct experiment *e)
{
	free(e->run);
	e->run = NULL;
}

static int
choose(const char *const names[], const char *value)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	errno = EINVAL;
	return -1;
}

static int
set_run(struct experiment *e, const char *value)
{
	char **words = words_split(value);

	if (words == NULL)
		return -1;
	if (words[0] == NULL) {
		free(words);
		errno = EINVAL;
		return -1;
	}
	free(e->run);
	e->run = words;
	return 0;
}

static int
set_timeout(struct experiment *e, const char *value)
{
	uint64_t seconds;

	if (text_parse_number(value, 10 * 1000 * 1000, &seconds) != 0)
		return -1;
	if (seconds == 0) {
		errno = ERANGE;
		return -1;
	}
	e->timeout_s = seconds;
	return 0;
}

static int
set_finish(struct experiment *e, const char *value)
{
	static const char *const names[] = {"poweroff", "reboot", "halt", "shell", NULL};
	int chosen = choose(names, value);

	if (chosen >= 0)
		e->finish = (enum experiment_finish)chosen;
	return chosen < 0 ? -1 : 0;
}

static int
set_klog(struct experiment *e, const char *value)
{
	static const char *const names[] = {"failed", "always", "never", NULL};
	int chosen = choose(names, value);

	if (chosen >= 0)
		e->klog = (enum experiment_klog)chosen;
	return chosen < 0 ? -1 : 0;
}

static int
set_hostname(struct experiment *e, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > EXPERIMENT_HOSTNAME_MAX) {
		errno = ERANGE;
		return -1;
	}
	memcpy(e->hostname, value, length + 1);
	return 0;
}

static int
set_exact(struct experiment *e, const char *value)
{
	static const char *const names[] = {"0", "1", NULL};
	int chosen = choose(names, value);

	if (chosen >= 0)
		e->exact = chosen == 1;
	return chosen < 0 ? -1 : 0;
}

static int
set_session(struct experiment *e, const char *value)
{
	uint64_t session = 0;
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i++) {
		int digit = text_hex_digit(value[i]);
		if (digit < 0)
			length = 0;
		session = session << 4 | (unsigned)digit;
	}
	if (length != 16) {
		errno = EINVAL;
		return -1;
	}
	e->session = session;
	e->has_session = true;
	return 0;
}

int
experiment_set(struct experiment *e, const char *key, const char *value)
{
	static const struct {
		const char *name;
		int (*set)(struct experiment *, const char *);
	} keys[] = {
	    {"run", set_run},	      {"timeout", set_timeout}, {"finish", set_finish},	  {"klog", set_klog},
	    {"hostname", set_hostname}, {"exact", set_exact},	  {"session", set_session},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, key) == 0)
			return keys[i].set(e, value);
	errno = ENOENT;
	return -1;
}

static void
tell(struct text *problem, const char *what, const char *word)
{
	if (problem->used > 0)
		return;
	text_string(problem, prefix);
	percent_encode(problem, word, strlen(word), "");
	text_string(problem, ": ");
	text_string(problem, what);
}

/* `word` is KEY=VALUE without the prefix, writable. */
static int
set_word(struct experiment *e, char *word, struct text *problem)
{
	char *value = strchr(word, '=');
	size_t length;
	long decoded;

	if (value == NULL) {
		tell(problem, "a key needs a value: lull.KEY=VALUE", word);
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
		tell(problem, "the value is not well percent-encoded", word);
		return -1;
	}
	value[decoded] = '\0';
	if (experiment_set(e, word, value) == 0)
		return 0;
	tell(problem, errno == ENOENT ? "no such key" : errno == ENOMEM ? "out of memory" : "bad value", word);
	return -1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

/* The length of the word at `at`: up to a blank outside of double quotes. */
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

/* What follows ` -- `, the newline at its end left off, NULs as they may be in a hostile file ending it. */
static int
set_rest(struct experiment *e, char *rest, struct text *problem)
{
	size_t length = strlen(rest);

	while (length > 0 && is_blank(rest[length - 1]))
		rest[--length] = '\0';
	if (rest[strspn(rest, " \t\n")] == '\0' || set_run(e, rest) == 0)
		return 0;
	tell(problem, errno == ENOMEM ? "out of memory" : "a quote in the command after -- is not closed", "run");
	return -1;
}

int
experiment_read(struct experiment *e, const char *line, size_t length, struct text *problem)
{
	char *copy = malloc(length + 1);
	int result = 0;

	if (copy == NULL) {
		tell(problem, "out of memory", "");
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
			if (at < length && set_rest(e, copy + at, problem) != 0)
				result = -1;
			break;
		}
		if (word >= 2 && start[0] == '"' && start[word - 1] == '"') {
			start[word - 1] = '\0';
			start++;
		}
		if (strncmp(start, prefix, strlen(prefix)) == 0 &&
		    set_word(e, start + strlen(prefix), problem) != 0)
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
