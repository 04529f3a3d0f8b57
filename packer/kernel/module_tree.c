/* SPDX-License-Identifier: MIT */
#include "kernel/module_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "host/memory.h"
#include "plan/source.h"

void
module_tree_normalize(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '-')
			*name = '_';
}

/* Compares names; `name` has _ for - already. */
static bool
is_name(const char *name, const char *other)
{
	while (*name != '\0' && (*name == *other || (*name == '_' && *other == '-')))
		name++, other++;
	return *name == *other;
}

char *
module_tree_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	const char *end = strstr(name, ".ko");

	if (end == NULL || end == name)
		return NULL;
	char *copy = xasprintf("%.*s", (int)(end - name), name);
	module_tree_normalize(copy);
	return copy;
}

/*
 * Parses the lines of `text`: "PATH: NEED NEED", or "PATH" for built-in modules. `names` is a copy
 * for names alone.
 */
static void
parse_lines(struct module_tree *tree, char *text, char *names)
{
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char *path = strsep(&line, ":"), *slash = strrchr(path, '/');
		char *name = names + ((slash != NULL ? slash + 1 : path) - text),
		     *end = strstr(name, ".ko");
		/* The match may be in a later line. */
		if (end == NULL || end == name || memchr(name, '\n', (size_t)(end - name)) != NULL)
			continue;
		*end = '\0';
		module_tree_normalize(name);
		tree->files = xgrow(tree->files, tree->count, sizeof(*tree->files));
		tree->files[tree->count++] = (struct module_tree_file){name, path, line};
	}
}

/* The place of a name in the table, or the free one for it: FNV-1a, then linear probing. */
static size_t
lookup_place(const struct module_tree *tree, const char *name)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (const char *at = name; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)(*at == '-' ? '_' : *at)) * 0x100000001b3;
	size_t place = (size_t)(hash ^ hash >> 32) & (tree->places - 1);
	while (tree->table[place] != NULL && !is_name(tree->table[place]->name, name))
		place = (place + 1) & (tree->places - 1);
	return place;
}

/* The first of several modules with the same name counts; loadable ones come first. */
static void
make_table(struct module_tree *tree)
{
	tree->places = 2;
	while (tree->places < 2 * tree->count)
		tree->places *= 2;
	tree->table = xcalloc(tree->places, sizeof(*tree->table));
	for (size_t i = 0; i < tree->count; i++) {
		size_t place = lookup_place(tree, tree->files[i].name);
		if (tree->table[place] == NULL)
			tree->table[place] = &tree->files[i];
	}
}

/* The text of one of the lists, to be freed; NULL with errno. */
static char *
read_list(const struct source *source, const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text = NULL;
	struct stat stat;
	char *real = source_there(source, path, &stat);
	size_t size = 0;
	void *map = real != NULL ? mapped_file(real, &size) : NULL;

	if (map != NULL || (real != NULL && errno == 0)) {
		text = xcalloc(size + 1, 1);
		if (map != NULL)
			memcpy(text, map, size);
	}
	int problem = errno;
	if (map != NULL)
		mapped_release(map);
	free(real);
	free(path);
	errno = problem;
	return text;
}

int
module_tree_read(struct module_tree *tree, const struct source *source, const char *folder)
{
	static const char *const lists[] = {"modules.dep", "modules.builtin"};

	*tree = (struct module_tree){.count = 0};
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		tree->texts[i] = read_list(source, folder, lists[i]);
		if (tree->texts[i] == NULL && i == 0)
			return -1;
		if (tree->texts[i] == NULL)
			continue;
		tree->names[i] = xstrdup(tree->texts[i]);
		parse_lines(tree, tree->texts[i], tree->names[i]);
	}
	make_table(tree);
	return 0;
}

void
module_tree_free(struct module_tree *tree)
{
	free(tree->files);
	free(tree->table);
	for (size_t i = 0; i < sizeof(tree->texts) / sizeof(*tree->texts); i++) {
		free(tree->texts[i]);
		free(tree->names[i]);
	}
	*tree = (struct module_tree){.count = 0};
}

const struct module_tree_file *
module_tree_find(const struct module_tree *tree, const char *name)
{
	return tree->table[lookup_place(tree, name)];
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

const char **
module_tree_names(const struct module_tree *tree)
{
	const char **names = xcalloc(tree->count + 1, sizeof(*names));
	size_t kept = 0;

	for (size_t i = 0; i < tree->count; i++)
		names[i] = tree->files[i].name;
	if (tree->count > 0)
		qsort(names, tree->count, sizeof(*names), compare_strings);
	for (size_t i = 0; i < tree->count; i++)
		if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	names[kept] = NULL;
	return names;
}

char *
module_tree_need(const struct module_tree_file *file, const char **end)
{
	const char *start = file->needs, *at = *end != NULL ? *end : start + strlen(start);

	while (at > start && at[-1] == ' ')
		at--;
	const char *stop = at;
	while (at > start && at[-1] != ' ')
		at--;
	*end = at;
	return stop > at ? xasprintf("%.*s", (int)(stop - at), at) : NULL;
}
