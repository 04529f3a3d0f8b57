/* SPDX-License-Identifier: MIT */
#include "fragment.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"

enum { NAMES_MAX = 256 };

FILE *
fragment_open(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (file == NULL) {
		perror(path);
		exit(2);
	}
	return file;
}

/* Lines of kconfig/names: the names of one option. */
static char *synonyms[NAMES_MAX];
static size_t synonym_count;

void
fragment_read_names(const char *path)
{
	FILE *file = fragment_open(path, "r");
	char line[FRAGMENT_LINE_MAX];

	while (synonym_count < NAMES_MAX && fgets(line, sizeof(line), file) != NULL)
		if (line[0] != '#' && line[0] != '\n')
			synonyms[synonym_count++] = strdup(line);
	fclose(file);
}

const char *
fragment_translate(const char *name)
{
	for (size_t i = 0; i < synonym_count && option_find(name) == NULL; i++) {
		char *line = strdup(synonyms[i]);
		bool is_listed = false;
		const char *known = name;

		for (char *word = strtok(line, " \t\n"); word != NULL;
		     word = strtok(NULL, " \t\n")) {
			is_listed |= strcmp(word, name) == 0;
			if (strcmp(word, "-") == 0)
				known = NULL;
			else if (option_find(word) != NULL)
				known = word;
		}
		if (is_listed)
			return known;
	}
	return name;
}

int
fragment_parse(char *line, char **name, char **value)
{
	static char none[] = "n";
	bool unset = strncmp(line, "# CONFIG_", 9) == 0;
	size_t length = strcspn(line, "\n");

	while (length > 0 && isspace((unsigned char)line[length - 1]))
		length--;
	line[length] = '\0';
	if (!unset && (line[0] == '\0' || line[0] == '#'))
		return 0;
	if (!unset && strncmp(line, "CONFIG_", 7) != 0)
		return -1;
	*name = line + (unset ? 9 : 7);
	size_t name_length =
	    strspn(*name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	char *rest = *name + name_length;
	if (name_length == 0 ||
	    (unset ? strcmp(rest, " is not set") != 0 : *rest != '=' || rest[1] == '\0'))
		return unset ? 0 : -1; /* a comment may mention an option */
	*value = unset ? none : rest + 1;
	*rest = '\0';
	return 1;
}
