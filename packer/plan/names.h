/* SPDX-License-Identifier: MIT */
/* Programs by name. */
#ifndef LULL_PACKER_NAMES_H
#define LULL_PACKER_NAMES_H

#include <stdbool.h>

struct source;
struct source_found;
struct plan;

/*
 * Looks for the program `name`, without a slash, in `path` (as of PATH) and then where programs
 * usually are. Returns 0 with *where the path that it was found at, or -1 with *tried the
 * directories looked in, for a message; both to be freed. What is not an executable file is passed
 * over.
 */
int names_find(const struct source *source, const struct plan *plan, const char *path,
	       const char *name, struct source_found *found, char **where, char **tried);

/* Adds a directory to the list *tried of a message, which is NULL at first and to be freed. */
void names_note(char **tried, const char *directory);

/* Whether a program in `directory` is found by its name under the PATH that init gives. */
bool names_is_usual(const char *directory);

#endif
