/* SPDX-License-Identifier: MIT */
#include "kernel/module_tree.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "host/memory.h"
#include "plan/source.h"

/* In a table's entry: the line is in modules.builtin. */
#define BUILT_IN 0x80000000u

/* A line of a list; its parts are in the text. */
struct line {
	const char *path, *name;
	size_t path_length, name_length;
	const char *needs; /* NULL: none, the module is built in */
	size_t needs_length;
};

void
module_tree_normalize(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '-')
			*name = '_';
}

bool
module_tree_is_name(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (a[i] != b[i] && !(a[i] == '-' && b[i] == '_') && !(a[i] == '_' && b[i] == '-'))
			return false;
	return true;
}

/* The module's name in a path; NULL: it is not the path of a module. */
static const char *
name_in(const char *path, size_t size, size_t *length)
{
	const char *slash = memrchr(path, '/', size), *name = slash != NULL ? slash + 1 : path;
	const char *stop = path + size, *end = memchr(name, '.', (size_t)(stop - name));

	while (end != NULL && (stop - end < 3 || memcmp(end, ".ko", 3) != 0))
		end = memchr(end + 1, '.', (size_t)(stop - end - 1));
	*length = end != NULL ? (size_t)(end - name) : 0;
	return *length > 0 ? name : NULL;
}

char *
module_tree_name(const char *path)
{
	size_t length;
	const char *name = name_in(path, strlen(path), &length);

	if (name == NULL)
		return NULL;
	char *copy = xasprintf("%.*s", (int)length, name);
	module_tree_normalize(copy);
	return copy;
}

/*
 * Parses the line at *at: "PATH: NEED NEED", or "PATH" for built-in modules; *at becomes the next
 * one. Returns false if it names no module.
 */
static bool
parse_line(const struct module_tree_list *list, size_t *at, struct line *line)
{
	const char *path = list->text + *at, *end = memchr(path, '\n', list->size - *at);
	size_t size = end != NULL ? (size_t)(end - path) : list->size - *at;
	const char *colon = memchr(path, ':', size);

	*at += size + (end != NULL);
	*line = (struct line){.path = path,
			      .path_length = colon != NULL ? (size_t)(colon - path) : size};
	if (colon != NULL) {
		line->needs = colon + 1;
		line->needs_length = size - line->path_length - 1;
	}
	line->name = name_in(path, line->path_length, &line->name_length);
	return line->name != NULL;
}

/* Parses the line of an entry of the table. */
static struct line
entry_line(const struct module_tree *tree, uint32_t entry)
{
	size_t at = (entry & ~BUILT_IN) - 1;
	struct line line;

	parse_line(&tree->lists[(entry & BUILT_IN) != 0], &at, &line);
	return line;
}

/* The place of a name in the table, or the free one for it: FNV-1a, then linear probing. */
static size_t
lookup_place(const struct module_tree *tree, const char *name, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)(name[i] == '-' ? '_' : name[i])) * 0x100000001b3;
	for (size_t place = (size_t)(hash ^ hash >> 32);; place++) {
		uint32_t entry = tree->table[place &= tree->places - 1];
		if (entry == 0)
			return place;
		struct line line = entry_line(tree, entry);
		if (line.name_length == length && module_tree_is_name(line.name, name, length))
			return place;
	}
}

/* Maps a list. Returns 0, or -1 with errno. */
static int
map_list(struct module_tree_list *list, const struct source *source, const char *folder,
	 const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	struct stat stat;
	char *real = source_there(source, path, &stat);

	if (real != NULL)
		list->text = mapped_file(real, &list->size);
	int problem = list->size < BUILT_IN ? errno : EFBIG;
	bool is_there = real != NULL && (list->text != NULL || problem == 0);
	free(real);
	free(path);
	errno = problem;
	return is_there && problem != EFBIG ? 0 : -1;
}

static size_t
count_lines(const struct module_tree_list *list)
{
	const char *at = list->text, *end = at + list->size;
	size_t count = 1;

	for (; at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		count++;
	return count;
}

/* The first of several modules with the same name counts; loadable ones come first. */
static void
make_table(struct module_tree *tree)
{
	size_t lines = count_lines(&tree->lists[0]) + count_lines(&tree->lists[1]);
	struct line line;

	tree->places = 2;
	while (tree->places < 2 * lines)
		tree->places *= 2;
	tree->table = xcalloc(tree->places, sizeof(*tree->table));
	for (uint32_t i = 0; i < 2; i++)
		for (size_t at = 0, start = 0; at < tree->lists[i].size; start = at) {
			if (!parse_line(&tree->lists[i], &at, &line))
				continue;
			size_t place = lookup_place(tree, line.name, line.name_length);
			if (tree->table[place] == 0)
				tree->table[place] = ((uint32_t)start + 1) | (i > 0 ? BUILT_IN : 0);
		}
}

int
module_tree_read(struct module_tree *tree, const struct source *source, const char *folder)
{
	*tree = (struct module_tree){.places = 0};
	if (map_list(&tree->lists[0], source, folder, "modules.dep") != 0)
		return -1;
	map_list(&tree->lists[1], source, folder, "modules.builtin");
	make_table(tree);
	return 0;
}

static void
free_file(void *file)
{
	free(((struct module_tree_file *)file)->path);
	free(((struct module_tree_file *)file)->needs);
	free(file);
}

void
module_tree_free(struct module_tree *tree)
{
	tdestroy(tree->found, free_file);
	free(tree->table);
	for (size_t i = 0; i < 2; i++)
		mapped_release(tree->lists[i].text);
	*tree = (struct module_tree){.places = 0};
}

static int
compare_files(const void *a, const void *b)
{
	const struct module_tree_file *one = a, *other = b;

	return (one->entry > other->entry) - (one->entry < other->entry);
}

/* The copy of a line that callers get, kept until module_tree_free(). */
static const struct module_tree_file *
keep_file(struct module_tree *tree, uint32_t entry)
{
	const struct module_tree_file key = {.entry = entry};
	void **node = tfind(&key, &tree->found, compare_files);

	if (node != NULL)
		return *node;
	struct module_tree_file *file = xcalloc(1, sizeof(*file));
	struct line line = entry_line(tree, entry);
	file->entry = entry;
	file->path = xasprintf("%.*s", (int)line.path_length, line.path);
	if (line.needs != NULL)
		file->needs = xasprintf("%.*s", (int)line.needs_length, line.needs);
	xtsearch(&tree->found, file, compare_files);
	return file;
}

const struct module_tree_file *
module_tree_find(struct module_tree *tree, const char *name)
{
	size_t length = strlen(name);
	uint32_t entry = length > 0 ? tree->table[lookup_place(tree, name, length)] : 0;

	return entry != 0 ? keep_file(tree, entry) : NULL;
}

char *
module_tree_next(const struct module_tree *tree, size_t *at)
{
	struct line line;

	while (*at < tree->lists[0].size)
		if (parse_line(&tree->lists[0], at, &line) && line.needs != NULL)
			return xasprintf("%.*s", (int)line.path_length, line.path);
	return NULL;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
module_tree_names(const struct module_tree *tree)
{
	char **names = xcalloc(tree->places + 1, sizeof(*names));
	size_t count = 0;

	for (size_t place = 0; place < tree->places; place++) {
		if (tree->table[place] == 0)
			continue;
		struct line line = entry_line(tree, tree->table[place]);
		names[count] = xasprintf("%.*s", (int)line.name_length, line.name);
		module_tree_normalize(names[count++]);
	}
	if (count > 0)
		qsort(names, count, sizeof(*names), compare_strings);
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
