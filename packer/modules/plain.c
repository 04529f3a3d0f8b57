/* SPDX-License-Identifier: MIT */
#include "modules/plain.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/message.h"
#include "host/memory.h"
#include "image/parallel.h"
#include "plan/source.h"

static int plain_open(struct plain *plain, const char *from);
static void plain_unpack(struct plain *plain);
static int plain_finish(struct plain *plain, struct plan *plan);

/*
 * Unpacks compressed modules on all processors before they are requested one by one. Modules that
 * were not foreseen, such as soft dependencies, are read on request.
 */

struct prefetch_file {
	char *path;
	struct plain plain;
	bool is_open;
	bool is_unpacked;
};

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct prefetch_file *)a)->path,
		      ((const struct prefetch_file *)b)->path);
}

static struct prefetch_file *
prefetch_lookup(struct prefetch *prefetch, const char *path)
{
	const struct prefetch_file key = {.path = (char *)path};
	void **node = tfind(&key, &prefetch->by_path, compare_paths);

	return node != NULL ? *node : NULL;
}

void
prefetch_want(struct prefetch *prefetch, const char *path)
{
	if (prefetch_lookup(prefetch, path) != NULL)
		return;
	struct prefetch_file *file = xcalloc(1, sizeof(*file));
	file->path = xstrdup(path);
	xtsearch(&prefetch->by_path, file, compare_paths);
	prefetch->files = xgrow(prefetch->files, prefetch->count, sizeof(*prefetch->files));
	prefetch->files[prefetch->count++] = file;
}

static void *
unpack_one(void *context, size_t i)
{
	struct prefetch_file **files = context;

	if (files[i]->is_open)
		plain_unpack(&files[i]->plain);
	return xcalloc(1, 1); /* NULL would mean failure */
}

static int
keep_unpacked(void *context, size_t i, void *made)
{
	struct prefetch_file **files = context;
	(void)made;

	files[i]->is_unpacked = files[i]->is_open;
	return 0;
}

/* The largest first, so that no large one starts last. */
static int
compare_sizes(const void *a, const void *b)
{
	const struct prefetch_file *const *one = a, *const *other = b;

	return ((*one)->plain.size < (*other)->plain.size) -
	       ((*one)->plain.size > (*other)->plain.size);
}

void
prefetch_run(struct prefetch *prefetch)
{
	struct prefetch_file **files = prefetch->files + prefetch->unpacked;
	const struct parallel parallel = {prefetch->count - prefetch->unpacked, files, unpack_one,
					  keep_unpacked};

	/* Only the main thread may map files (mapped.h). */
	for (size_t i = 0; i < parallel.count; i++)
		files[i]->is_open = plain_open(&files[i]->plain, files[i]->path) == 0;
	if (parallel.count > 0) {
		qsort(files, parallel.count, sizeof(struct prefetch_file *), compare_sizes);
		parallel_run(&parallel);
	}
	prefetch->unpacked = prefetch->count;
}

int
prefetch_read(struct prefetch *prefetch, struct plain *plain, struct plan *plan, const char *from)
{
	struct prefetch_file *file = prefetch_lookup(prefetch, from);

	if (interrupt_signal() != 0)
		return -1;
	if (file == NULL || !file->is_unpacked)
		return plain_read(plain, plan, from);
	*plain = file->plain;
	plain->from = from;
	file->is_open = file->is_unpacked = false;
	return plain_finish(plain, plan);
}

static void
free_nothing(void *unused)
{
	(void)unused;
}

void
prefetch_end(struct prefetch *prefetch)
{
	tdestroy(prefetch->by_path, free_nothing);
	for (size_t i = 0; i < prefetch->count; i++) {
		if (prefetch->files[i]->is_open)
			plain_release(&prefetch->files[i]->plain);
		free(prefetch->files[i]->path);
		free(prefetch->files[i]);
	}
	free(prefetch->files);
}

const char *const plain_suffixes[] = {"", ".zst", ".xz", ".gz", NULL};

size_t
plain_suffix(const char *name)
{
	size_t length = strlen(name);

	for (const char *const *suffix = plain_suffixes + 1; *suffix != NULL; suffix++)
		if (length > strlen(*suffix) &&
		    strcmp(name + length - strlen(*suffix), *suffix) == 0)
			return strlen(*suffix);
	return 0;
}

/*
 * plain_read() in steps. The second is only for compressed files and may run in any thread. The
 * first returns -1 with errno, the last -1 after a warning.
 */
static int
plain_open(struct plain *plain, const char *from)
{
	*plain = (struct plain){.from = from};
	plain->map = mapped_file(from, &plain->size);
	if (plain->map == NULL && errno != 0)
		return -1;
	plain->is_unpacked = plain_suffix(from) != 0;
	return 0;
}

static void
plain_unpack(struct plain *plain)
{
	enum { MOST = 1 << 30 };

	if (plain->map == NULL)
		plain->unpacked.problem = "it is empty";
	else if (unpack_method(plain->map, plain->size) == NULL)
		plain->unpacked.problem = "its compression does not match its suffix";
	else
		plain->unpacked = unpack(plain->map, plain->size, MOST);
}

static int
plain_finish(struct plain *plain, struct plan *plan)
{
	struct unpacked *out = &plain->unpacked;

	plain->bytes = plain->map;
	if (!plain->is_unpacked)
		return 0;
	if (out->problem != NULL) {
		message_warnx("cannot unpack %s: %s", plain->from, out->problem);
		plain_release(plain);
		return -1;
	}
	plain->size = out->size;
	plain->bytes = out->bytes != NULL ? plan_own(plan, out->bytes) : "";
	out->bytes = NULL;
	plain_release(plain);
	return 0;
}

int
plain_read(struct plain *plain, struct plan *plan, const char *from)
{
	if (plain_open(plain, from) != 0) {
		message_warn("cannot read %s", from);
		return -1;
	}
	if (plain->is_unpacked)
		plain_unpack(plain);
	return plain_finish(plain, plan);
}

void
plain_release(struct plain *plain)
{
	if (plain->map != NULL)
		mapped_release(plain->map);
	plain->map = NULL;
	free(plain->unpacked.bytes);
	plain->unpacked.bytes = NULL;
}

/* The real path of a file, to be freed; NULL with errno. */
static char *
real_path(const struct plain *plain)
{
	char *path = xstrdup(plain->from);
	bool is_real = plain->real > 0;
	struct stat found;

	/* Unlike realpath(), this looks only at what may be a link. */
	for (char *at = path + plain->real; is_real && at != NULL;) {
		at = strchr(at + 1, '/');
		if (at != NULL)
			*at = '\0';
		is_real = lstat(path, &found) == 0 && !S_ISLNK(found.st_mode);
		if (at != NULL)
			*at = '/';
	}
	if (is_real)
		return path;
	free(path);
	return realpath(plain->from, NULL);
}

int
plain_add(struct plan *plan, const struct source *source, const struct plain *plain, const char *at,
	  struct plan_why why)
{
	struct plan_entry wanted = {
	    .path = at, .type = PLAN_FILE, .rank = PLAN_GIVEN, .mode = 0644};
	const char *from = plain->from;
	int problem;

	if (stat(from, &wanted.stat) != 0) {
		message_warn("cannot find %s", from);
		return -1;
	}
	if ((problem = source_check(source, from, &wanted.stat)) != 0) {
		message_warnx("cannot pack %s: %s", from, source_problem(problem));
		return -1;
	}
	if (plain->is_unpacked) {
		/* Empty content must still be a string. */
		wanted.content = plain->size > 0 ? plain->bytes : "";
		wanted.content_size = plain->size;
	} else {
		char *same = source_path(source, at), *real = real_path(plain);
		/* The real path, so that the result does not depend on the folder's spelling. */
		wanted.source = plan_string(plan, real != NULL ? real : from);
		wanted.in_place = strcmp(same, wanted.source) == 0;
		plan->differs |= !wanted.in_place;
		free(same);
		free(real);
	}
	struct plan_entry *entry =
	    plan_add_parents(plan, at, why) == 0 ? plan_add(plan, &wanted, why) : NULL;
	/* The original path identifies the owner for a bill of materials. */
	if (entry != NULL && plain->is_unpacked)
		plan_add_origin(plan, entry, from);
	if (entry != NULL)
		return 0;
	message_warnx("cannot put %s at %s: something else is planned there", from, at);
	return -1;
}
