/* SPDX-License-Identifier: MIT */
#include "plan/names.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "host/follow.h"
#include "host/memory.h"
#include "plan/source.h"

static const char *const usual[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
				    "/usr/bin",	       "/sbin",		 "/bin"};

enum { USUAL = sizeof(usual) / sizeof(*usual) };

bool
names_is_usual(const char *directory)
{
	for (size_t i = 0; i < USUAL; i++)
		if (strcmp(usual[i], directory) == 0)
			return true;
	return false;
}

void
names_note(char **tried, const char *directory)
{
	char *longer = *tried != NULL ? xasprintf("%s, %s", *tried, directory) : xstrdup(directory);

	free(*tried);
	*tried = longer;
}

static bool
find_in_directory(const struct source *source, const struct plan *plan, const char *directory,
		  const char *name, struct source_found *found, char **where)
{
	char *path = xasprintf("%s/%s", directory, name);
	bool is_there = source_find(source, plan, path, found) == 0;

	if (is_there && S_ISREG(found->stat.st_mode) && (found->stat.st_mode & 0111) != 0) {
		*where = path;
		return true;
	}
	free(path);
	if (is_there)
		source_release(found);
	return false;
}

/* Skips elements of PATH that are relative: the image has no such current directory. */
static bool
find_in_path(const struct source *source, const struct plan *plan, const char *path,
	     const char *name, struct source_found *found, char **where, char **tried)
{
	char *list = xstrdup(path), *rest = list, *directory;
	bool is_there = false;

	while (!is_there && (directory = strsep(&rest, ":")) != NULL) {
		if (directory[0] != '/')
			continue;
		is_there = find_in_directory(source, plan, directory, name, found, where);
		names_note(tried, directory);
	}
	free(list);
	return is_there;
}

/* Returns whether `directory` is an element of the list `path`. */
static bool
is_element(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	for (const char *at = path; at != NULL; at = strchr(at, ':'), at += at != NULL)
		if (strncmp(at, directory, length) == 0 &&
		    (at[length] == ':' || at[length] == '\0'))
			return true;
	return false;
}

int
names_find(const struct source *source, const struct plan *plan, const char *path, const char *name,
	   struct source_found *found, char **where, char **tried)
{
	*tried = NULL;
	bool is_there =
	    name[0] != '\0' && find_in_path(source, plan, path, name, found, where, tried);

	for (size_t i = 0; i < USUAL && !is_there && name[0] != '\0'; i++) {
		if (is_element(path, usual[i]))
			continue;
		is_there = find_in_directory(source, plan, usual[i], name, found, where);
		names_note(tried, usual[i]);
	}
	if (!is_there)
		return -1;
	free(*tried);
	*tried = NULL;
	return 0;
}

char *
names_rooted(const char *path)
{
	struct follow follow;
	int moved = follow_start(&follow, path);

	while (moved == 0 && follow_step(&follow) > 0)
		continue;
	if (moved != 0 || follow.problem != 0)
		return NULL;
	return xstrdup(follow.done[0] != '\0' ? follow.done : "/");
}
