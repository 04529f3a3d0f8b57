/* SPDX-License-Identifier: MIT */
#include "plan/source.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

struct list {
	char **names;
	size_t count;
};

/* Adds `name`, which is owned; NULL ends the list. */
static void
append(struct list *list, char *name)
{
	list->names = memory_room(list->names, list->count, sizeof(*list->names));
	list->names[list->count++] = name;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
source_list(const struct source *source, const char *path)
{
	struct list list = {.count = 0};
	struct stat stat;
	char *real = source_there(source, path, &stat);
	DIR *directory = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;

	free(real);
	if (directory == NULL)
		return NULL;
	while (errno = 0, (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.')
			append(&list, memory_copy(entry->d_name));
	int problem = errno;
	closedir(directory);
	if (list.count > 0)
		qsort(list.names, list.count, sizeof(*list.names), by_bytes);
	append(&list, NULL);
	if (problem == 0)
		return list.names;
	source_list_free(list.names);
	errno = problem;
	return NULL;
}

/* What of `pattern` follows the way `done`, which has no pattern in it. Returns 0, or -1 with errno. */
static int
expand(const struct source *source, const char *folder, const char *done, const char *pattern, struct list *list)
{
	size_t length = strcspn(pattern, "/");
	char *part = memory_format("%.*s", (int)length, pattern), *path = memory_format("%s/%s", folder, done);
	char *const one[] = {part, NULL};
	bool is_pattern = strpbrk(part, "*?[") != NULL;
	char **names = is_pattern ? source_list(source, path) : NULL;
	int result = !is_pattern || names != NULL || errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	struct stat stat;

	for (char *const *name = is_pattern ? names : one; name != NULL && *name != NULL && result == 0; name++) {
		if (is_pattern && fnmatch(part, *name, 0) != 0)
			continue;
		char *next = memory_format("%s%s%s", done, *name, pattern[length] == '/' ? "/" : "");
		if (pattern[length] == '/') {
			result = expand(source, folder, next, pattern + length + 1, list);
			free(next);
			continue;
		}
		char *whole = memory_format("%s/%s", folder, next), *real = source_there(source, whole, &stat);
		if (real != NULL)
			append(list, next);
		else
			free(next);
		free(real);
		free(whole);
	}
	source_list_free(names);
	free(path);
	free(part);
	return result;
}

char **
source_glob(const struct source *source, const char *folder, const char *pattern)
{
	struct list list = {.count = 0};
	int result = expand(source, folder, "", pattern, &list), problem = errno;

	append(&list, NULL);
	if (result == 0)
		return list.names;
	source_list_free(list.names);
	errno = problem;
	return NULL;
}

void
source_list_free(char **names)
{
	for (char **name = names; name != NULL && *name != NULL; name++)
		free(*name);
	free(names);
}
