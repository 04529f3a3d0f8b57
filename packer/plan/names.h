/* SPDX-License-Identifier: MIT */
/* Lookup of programs by name. */
#ifndef LULL_PACKER_NAMES_H
#define LULL_PACKER_NAMES_H

#include <stdbool.h>

struct source;
struct source_found;
struct plan;

/*
 * Looks up the program `name`, without a slash, in `path` (a list like PATH), then in the standard
 * directories; skips files that are not executable. Returns 0 with *where, the path at which it was
 * found; or -1 with *tried, the searched directories for a message. Both are to be freed.
 */
int names_find(const struct source *source, const struct plan *plan, const char *path,
	       const char *name, struct source_found *found, char **where, char **tried);

/* Appends a directory to the list *tried for a message, initially NULL, to be freed. */
void names_note(char **tried, const char *directory);

/* Returns whether `directory` is in the PATH that init sets. */
bool names_is_usual(const char *directory);

/*
 * Returns the path in the image of a relative path: relative to the root, where init starts
 * commands; to be freed. The root itself is "/". NULL with errno.
 */
char *names_rooted(const char *path);

#endif
