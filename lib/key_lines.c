/* SPDX-License-Identifier: MIT */
#include "key_lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

/* Only the first error is reported. */
static void
describe_problem(struct text *problem, const char *name, size_t line, const char *what,
		 size_t length)
{
	if (problem->used > 0)
		return;
	text_string(problem, name);
	text_char(problem, ':');
	text_number(problem, line);
	text_string(problem, ": ");
	text_bytes(problem, what, length);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Parses a line without its comment, writable. Returns 0, or -1 with the problem in `why`. */
static int
parse_line(char *line, size_t number, key_lines_take *take, void *context, struct text *why)
{
	char *key = line, *end;

	while (is_blank(*key))
		key++;
	if (*key == '\0')
		return 0;
	for (end = key; *end != '\0' && !is_blank(*end);)
		end++;
	char *value = end;
	while (is_blank(*value))
		*value++ = '\0';
	for (char *last = value + strlen(value); last > value && is_blank(last[-1]);)
		*--last = '\0';
	return take(context, number, key, value, why);
}

int
key_lines_read(const char *name, const char *text, size_t length, key_lines_take *take,
	       void *context, struct text *problem)
{
	static const char nul[] = "the file is not text: it has a byte of value 0",
			  memory[] = "out of memory";
	char *copy = malloc(length + 1), why[512], *at = copy;
	size_t number = 1;
	int result = 0;

	if (copy == NULL) {
		describe_problem(problem, name, 1, memory, strlen(memory));
		return -1;
	}
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (memchr(copy, '\0', length) != NULL) {
		describe_problem(problem, name, 1, nul, strlen(nul));
		result = -1;
	}
	while (result == 0 || *at != '\0') {
		size_t comment, used = words_line(at, &comment), lines = 1;
		bool ends = at[used] == '\0';
		struct text t = text_in(why, sizeof(why));
		for (size_t i = 0; i < used; i++)
			lines += at[i] == '\n';
		at[comment] = '\0';
		if (parse_line(at, number, take, context, &t) != 0) {
			describe_problem(problem, name, number, t.data, t.used);
			result = -1;
		}
		if (ends)
			break;
		number += lines;
		at += used + 1;
	}
	free(copy);
	return result;
}
