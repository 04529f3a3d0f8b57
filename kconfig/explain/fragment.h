/* SPDX-License-Identifier: MIT */
/* Lines of fragments, and the names of options in other versions (kconfig/names). */
#ifndef EXPLAIN_FRAGMENT_H
#define EXPLAIN_FRAGMENT_H

#include <stdio.h>

enum { FRAGMENT_LINE_MAX = 8192 };

/* fopen(3); on failure prints the reason and exits with 2. */
FILE *fragment_open(const char *path, const char *mode);

/*
 * Parses a line of a fragment: CONFIG_NAME=value, "# CONFIG_NAME is not set" (value n), a comment
 * or a blank line. Returns 1 with name and value within `line`, 0 for a comment or a blank line, -1
 * if the line is invalid.
 */
int fragment_parse(char *line, char **name, char **value);

void fragment_read_names(const char *path);

/*
 * The option's name in this source: `name` or a synonym; NULL if it may be missing.
 */
const char *fragment_translate(const char *name);

#endif
