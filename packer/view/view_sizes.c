/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/status.h"
#include "host/memory.h"
#include "plan/print.h"
#include "view/loaded.h"
#include "view/view.h"
#include "view/view_print.h"

/* A request of the user. */
struct cause {
	struct plan_why why;
	uint64_t bytes;
	size_t files;
};

/* A file with its cause: none yet, one, or several. */
struct sized {
	const struct rootfs_file *file;
	struct cause *cause; /* NULL: unknown */
};

struct sizes {
	const struct explained *explained;
	struct sized *files; /* in the order of the image's entries */
	struct cause **causes;
	size_t count;
	void *tree; /* search tree of causes */
	struct cause every, several, unknown;
};

static int
compare_causes(const void *a, const void *b)
{
	const struct cause *x = a, *y = b;
	int order = strcmp(x->why.what, y->why.what);

	return order != 0 ? order : strcmp(x->why.of, y->why.of);
}

/* The cause for a reason that does not name a file. */
static struct cause *
cause_of(struct sizes *sizes, const struct plan_why *why)
{
	struct cause *cause, key = {.why = {reasons_asked(why->what), why->of}};

	if (strcmp(why->what, "skeleton") == 0 || strcmp(why->what, "init") == 0)
		return &sizes->every;
	void **node = tfind(&key, &sizes->tree, compare_causes);
	if (node != NULL)
		return *node;
	cause = xcalloc(1, sizeof(*cause));
	cause->why = key.why;
	sizes->causes = xgrow(sizes->causes, sizes->count, sizeof(*sizes->causes));
	sizes->causes[sizes->count++] = cause;
	return xtsearch(&sizes->tree, cause, compare_causes);
}

static int
by_path(const void *path, const void *entry)
{
	return strcmp(path, (*(struct rootfs_entry *const *)entry)->path);
}

/* The known cause of the file at `path`, or NULL. */
static struct cause *
known_cause(const struct sizes *sizes, const char *path)
{
	const struct rootfs *rootfs = &sizes->explained->loaded.image.rootfs;
	struct rootfs_entry **found =
	    bsearch(path, rootfs->entries, rootfs->count, sizeof(*rootfs->entries), by_path);

	return found != NULL ? sizes->files[found - rootfs->entries].cause : NULL;
}

/* Adds a cause to a file. Returns whether that changed its cause. */
static bool
join_cause(struct sizes *sizes, struct sized *file, struct cause *cause)
{
	struct cause *joined =
	    file->cause == NULL || cause == file->cause ? cause : &sizes->several;

	if (cause == NULL || file->cause == joined || file->cause == &sizes->several)
		return false;
	file->cause = joined;
	return true;
}

/* Goes once through all files. Returns whether a cause changed. */
static bool
propagate_causes(struct sizes *sizes)
{
	const struct rootfs *rootfs = &sizes->explained->loaded.image.rootfs;
	bool is_new = false;

	for (size_t i = 0; i < rootfs->count; i++) {
		const struct reasons_line *line =
		    reasons_find(&sizes->explained->reasons, rootfs->entries[i]->path);
		for (size_t w = 0; line != NULL && w < line->count; w++) {
			const struct plan_why *why = &line->whys[w];
			is_new |= join_cause(sizes, &sizes->files[i],
					     reasons_is_of_file(why) ? known_cause(sizes, why->of)
								     : cause_of(sizes, why));
		}
	}
	return is_new;
}

static int
by_file(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct sized *)a)->file,
		  y = (uintptr_t)((const struct sized *)b)->file;

	return x < y ? -1 : x > y;
}

/* Counts each file once, regardless of its number of names. */
static void
count_files(struct sizes *sizes)
{
	size_t count = sizes->explained->loaded.image.rootfs.count;

	if (count > 0)
		qsort(sizes->files, count, sizeof(*sizes->files), by_file);
	for (size_t i = 0; i < count; i++) {
		struct sized *file = &sizes->files[i];
		if (i + 1 < count && file[1].file == file->file) {
			join_cause(sizes, &file[1], file->cause);
			continue;
		}
		if (!S_ISREG(file->file->mode))
			continue;
		struct cause *cause = file->cause != NULL ? file->cause : &sizes->unknown;
		cause->bytes += file->file->size;
		cause->files++;
	}
}

static int
by_size(const void *a, const void *b)
{
	const struct cause *x = *(struct cause *const *)a, *y = *(struct cause *const *)b;

	return x->bytes != y->bytes ? (x->bytes < y->bytes ? 1 : -1) : compare_causes(x, y);
}

static void
print_cause(const struct cause *cause)
{
	printf("%12" PRIu64 " %6zu  ", cause->bytes, cause->files);
	print_name(stdout, cause->why.what);
	fputs(cause->why.of[0] != '\0' ? " " : "", stdout);
	print_name(stdout, cause->why.of);
	putchar('\n');
}

static void
print_all(struct sizes *sizes)
{
	printf("%12s %6s  %s\n", "bytes", "files", "for");
	if (sizes->count > 0)
		qsort(sizes->causes, sizes->count, sizeof(*sizes->causes), by_size);
	for (size_t i = 0; i < sizes->count; i++)
		print_cause(sizes->causes[i]);
	if (sizes->several.files > 0)
		print_cause(&sizes->several);
	print_cause(&sizes->every);
	if (sizes->unknown.files > 0)
		print_cause(&sizes->unknown);
}

static void
free_nothing(void *unused)
{
	(void)unused;
}

int
view_sizes(const char *name)
{
	struct explained explained;
	int status = explained_read(&explained, name);

	if (status != DONE)
		return status;
	const struct rootfs *rootfs = &explained.loaded.image.rootfs;
	struct sizes sizes = {.explained = &explained,
			      .files = xcalloc(rootfs->count, sizeof(*sizes.files)),
			      .every.why = {"in every image", ""},
			      .several.why = {"more than one of these", ""},
			      .unknown.why = {"no reason in the manifest", ""}};
	for (size_t i = 0; i < rootfs->count; i++)
		sizes.files[i].file = rootfs->entries[i]->file;
	while (propagate_causes(&sizes))
		;
	count_files(&sizes);
	print_all(&sizes);
	tdestroy(sizes.tree, free_nothing);
	for (size_t i = 0; i < sizes.count; i++)
		free(sizes.causes[i]);
	free(sizes.causes);
	free(sizes.files);
	loaded_report(&explained.loaded);
	explained_free(&explained);
	return view_end(status);
}
