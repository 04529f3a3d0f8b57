/* SPDX-License-Identifier: MIT */
#include "elf/script.h"

#include <string.h>

static const char blanks[] = " \t";

bool
script_is(const void *data, size_t size)
{
	return size >= 2 && memcmp(data, "#!", 2) == 0;
}

/*
 * Copies the next word at *at to `word`, without quotes around it (as for env -S); false at the
 * end.
 */
static bool
parse_word(const char **at, char word[SCRIPT_LINE])
{
	const char *start = *at + strspn(*at, blanks);
	size_t length = strcspn(start, blanks);

	if (*start == '"' || *start == '\'') {
		const char *end = strchr(start + 1, *start);
		if (end != NULL) {
			memcpy(word, start + 1, (size_t)(end - start - 1));
			word[end - start - 1] = '\0';
			*at = end + 1;
			return true;
		}
	}
	memcpy(word, start, length);
	word[length] = '\0';
	*at = start + length;
	return length > 0;
}

/* Parses env -S STRING: options and assignments precede the program. */
static void
parse_split_string(const char *at, char program[SCRIPT_LINE])
{
	while (parse_word(&at, program)) {
		bool takes_value = strcmp(program, "-u") == 0 || strcmp(program, "-C") == 0;
		if (takes_value && !parse_word(&at, program))
			break;
		if (!takes_value && program[0] != '-' && strchr(program, '=') == NULL)
			return;
	}
	program[0] = '\0';
}

/* Finds the program that env runs, given `argument`; without -S, the argument is a single name. */
static void
parse_env(const char *argument, char program[SCRIPT_LINE])
{
	static const char *const split[] = {"--split-string=", "-vS", "-iS", "-S"};

	for (size_t i = 0; i < sizeof(split) / sizeof(*split); i++) {
		if (strncmp(argument, split[i], strlen(split[i])) == 0) {
			parse_split_string(argument + strlen(split[i]), program);
			return;
		}
	}
	if (argument[0] != '-')
		strcpy(program, argument);
}

enum script_result
script_read(struct script *script, const char *data, size_t size)
{
	*script = (struct script){.interpreter = ""};
	if (!script_is(data, size))
		return SCRIPT_NONE;
	size_t most = size < SCRIPT_LINE ? size : SCRIPT_LINE;
	const char *end = memchr(data, '\n', most);
	bool whole = end != NULL || size < SCRIPT_LINE;
	char line[SCRIPT_LINE + 1];
	size_t length = (end != NULL ? (size_t)(end - data) : most) - 2;
	memcpy(line, data + 2, length);
	line[length] = '\0';
	if (strlen(line) != length)
		return SCRIPT_BINARY;
	if (length > 0 && line[length - 1] == '\r')
		return SCRIPT_CR;
	while (length > 0 && strchr(blanks, line[length - 1]) != NULL)
		line[--length] = '\0';
	const char *start = line + strspn(line, blanks);
	size_t name = strcspn(start, blanks);
	if (name == 0)
		return whole ? SCRIPT_EMPTY : SCRIPT_LONG;
	if (!whole && start[name] == '\0')
		return SCRIPT_LONG;
	memcpy(script->interpreter, start, name);
	strcpy(script->argument, start + name + strspn(start + name, blanks));
	const char *slash = strrchr(script->interpreter, '/');
	if (strcmp(slash != NULL ? slash + 1 : script->interpreter, "env") == 0)
		parse_env(script->argument, script->program);
	return SCRIPT_OK;
}

const char *
script_problem(enum script_result result)
{
	switch (result) {
	case SCRIPT_CR:
		return "its #! line ends in a carriage return, which the kernel treats as part "
		       "of the name";
	case SCRIPT_EMPTY:
		return "its #! line names no interpreter";
	case SCRIPT_LONG:
		return "its #! line is longer than the kernel reads";
	case SCRIPT_BINARY:
		return "its #! line contains a NUL byte";
	case SCRIPT_OK:
	case SCRIPT_NONE:
		break;
	}
	return NULL;
}
