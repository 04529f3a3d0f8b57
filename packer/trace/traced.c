/* SPDX-License-Identifier: MIT */
#include "trace/traced.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

static int
compare_files(const void *a, const void *b)
{
	return strcmp(((const struct traced_file *)a)->path, ((const struct traced_file *)b)->path);
}

static int
compare_changes(const void *a, const void *b)
{
	return strcmp(((const struct traced_change *)a)->path,
		      ((const struct traced_change *)b)->path);
}

static void
free_nothing(void *unused)
{
	(void)unused;
}

static void
free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

void
traced_free(struct traced *traced)
{
	tdestroy(traced->file_tree, free_nothing);
	tdestroy(traced->change_tree, free_nothing);
	for (size_t i = 0; i < traced->file_count; i++) {
		free(traced->files[i]->path);
		free(traced->files[i]->real);
		free(traced->files[i]);
	}
	for (size_t i = 0; i < traced->change_count; i++) {
		free(traced->changes[i]->path);
		free(traced->changes[i]);
	}
	free(traced->files);
	free(traced->changes);
	free_names(traced->services, traced->service_count);
	free_names(traced->left, traced->left_count);
	free(traced->relative);
	*traced = (struct traced){.files = NULL};
}

static struct traced_file *
find_file(const struct traced *traced, const char *path)
{
	const struct traced_file key = {.path = (char *)path};
	void **node = tfind(&key, &traced->file_tree, compare_files);

	return node != NULL ? *node : NULL;
}

bool
traced_has(const struct traced *traced, const char *path, unsigned did)
{
	const struct traced_file *file = find_file(traced, path);

	return file != NULL && (file->did & did) == did;
}

void
traced_add(struct traced *traced, const char *path, const char *real, unsigned did)
{
	struct traced_file *file = find_file(traced, path);

	if (file == NULL) {
		file = xcalloc(1, sizeof(*file));
		file->path = xstrdup(path);
		file->real = xstrdup(real);
		traced->files =
		    xgrow(traced->files, traced->file_count, sizeof(struct traced_file *));
		traced->files[traced->file_count++] = file;
		xtsearch(&traced->file_tree, file, compare_files);
	}
	file->did |= did;
}

static struct traced_change *
find_change(const struct traced *traced, const char *path)
{
	const struct traced_change key = {.path = (char *)path};
	void **node = tfind(&key, &traced->change_tree, compare_changes);

	return node != NULL ? *node : NULL;
}

void
traced_add_change(struct traced *traced, const char *path, const struct stat *before, bool read)
{
	struct traced_change *change = find_change(traced, path);

	if (change != NULL) {
		change->read |= read;
		return;
	}
	change = xcalloc(1, sizeof(*change));
	*change =
	    (struct traced_change){.path = xstrdup(path), .existed = before != NULL, .read = read};
	if (before != NULL)
		change->before = *before;
	traced->changes =
	    xgrow(traced->changes, traced->change_count, sizeof(struct traced_change *));
	traced->changes[traced->change_count++] = change;
	xtsearch(&traced->change_tree, change, compare_changes);
}

bool
traced_made(const struct traced *traced, const char *path)
{
	char *above = xstrdup(path), *slash = above;
	bool made = false;

	while (!made && slash != NULL) {
		const struct traced_change *change = find_change(traced, above);
		made = change != NULL && !change->existed;
		slash = strrchr(above, '/');
		if (slash != NULL)
			*slash = '\0';
	}
	free(above);
	return made;
}

bool
traced_changed(const struct traced *traced, const char *path)
{
	const struct traced_change *change = find_change(traced, path);

	return (change != NULL && !change->unchanged) || traced_made(traced, path);
}

void
traced_add_name(char ***names, size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*names)[i], name) == 0)
			return;
	*names = xgrow(*names, *count, sizeof(**names));
	(*names)[(*count)++] = xstrdup(name);
}

static int
by_path(const void *a, const void *b)
{
	return compare_files(*(struct traced_file *const *)a, *(struct traced_file *const *)b);
}

static int
by_changed_path(const void *a, const void *b)
{
	return compare_changes(*(struct traced_change *const *)a,
			       *(struct traced_change *const *)b);
}

void
traced_sort(struct traced *traced)
{
	if (traced->file_count > 0)
		qsort(traced->files, traced->file_count, sizeof(struct traced_file *), by_path);
	if (traced->change_count > 0)
		qsort(traced->changes, traced->change_count, sizeof(struct traced_change *),
		      by_changed_path);
}
