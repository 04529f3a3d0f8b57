/* SPDX-License-Identifier: MIT */
/* Programs by name. */
#ifndef LULL_PACKER_NAMES_H
#define LULL_PACKER_NAMES_H

#include <stdbool.h>

struct source;
struct source_found;
struct plan;

/* Whether the image has `name` already, as a link to /init, which answers to it. */
bool names_is_inits(const char *name);

/* Links of that kind, by path, ended by NULL. */
extern const char *const names_of_init[];

/*
 * Looks for the program `name`, without a slash, in `path` (as of PATH) and then where programs usually are. Returns 0,
 * or -1 with *tried the directories looked in, for a message, to be freed. What is no executable file is passed over.
 */
int names_find(const struct source *source, const struct plan *plan, const char *path, const char *name,
	       struct source_found *found, char **tried);

/* Whether a program in `directory` is found by its name under the PATH that init gives. */
bool names_is_usual(const char *directory);

/*
 * The path of Lull's own init: beside packer, in the folder above, in LULL_LIBDIR. NULL if it is in none, with *tried
 * as above. Both to be freed.
 */
char *names_find_init(char **tried);

#endif
