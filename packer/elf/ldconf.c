/* SPDX-License-Identifier: MIT */
#include "elf/ldconf.h"

#include <string.h>

static const char blanks[] = " \t\r\f\v";

/* The length of a line's part that counts, without comment and blanks at its end. */
static size_t
line_length(const char *line)
{
	size_t length = strcspn(line, "\n#");

	while (length > 0 && strchr(blanks, line[length - 1]) != NULL)
		length--;
	return length;
}

bool
ldconf_next(const char **at, char out[PATH_MAX], bool *is_include)
{
	static const char word[] = "include";

	while (**at != '\0') {
		const char *line = *at + strspn(*at, blanks);
		size_t length = line_length(line);
		*at = line + strcspn(line, "\n");
		*at += **at == '\n';
		*is_include = length > strlen(word) && strncmp(line, word, strlen(word)) == 0 &&
			      strchr(blanks, line[strlen(word)]) != NULL;
		if (*is_include) {
			size_t skip = strlen(word) + strspn(line + strlen(word), blanks);
			line += skip;
			length -= skip;
		}
		if (length == 0 || length >= PATH_MAX || (!*is_include && line[0] != '/'))
			continue;
		memcpy(out, line, length);
		out[length] = '\0';
		return true;
	}
	return false;
}
