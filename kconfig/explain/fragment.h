/* SPDX-License-Identifier: MIT */
/* Lines of fragments, and what options are called in other versions (kconfig/names). */
#ifndef EXPLAIN_FRAGMENT_H
#define EXPLAIN_FRAGMENT_H

#include <stdio.h>

enum { FRAGMENT_LINE_MAX = 8192 };

/* fopen(3), or tells why not and exits with 2. */
FILE *fragment_open(const char *path, const char *mode);

/*
 * Takes a line of a fragment apart: CONFIG_NAME=value, "# CONFIG_NAME is not set" (value n), a
 * comment or a blank line. Returns 1 with name and value within `line`, 0 for nothing, -1 for what
 * is neither.
 */
int fragment_parse(char *line, char **name, char **value);

void fragment_read_names(const char *path);

/*
 * What this source calls the option: `name` itself, another name, or NULL for one that it may lack.
 */
const char *fragment_translate(const char *name);

#endif
