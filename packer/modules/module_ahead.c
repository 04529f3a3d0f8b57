/* SPDX-License-Identifier: MIT */
#include "modules/module_ahead.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "host/memory.h"
#include "image/parallel.h"
#include "modules/plain.h"

struct module_ahead_file {
	char *path;
	struct plain plain;
	bool is_open;
	bool is_unpacked;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct module_ahead_file *)a)->path, ((const struct module_ahead_file *)b)->path);
}

static struct module_ahead_file *
find(struct module_ahead *ahead, const char *path)
{
	const struct module_ahead_file key = {.path = (char *)path};
	void **node = tfind(&key, &ahead->by_path, compare);

	return node != NULL ? *node : NULL;
}

void
module_ahead_want(struct module_ahead *ahead, const char *path)
{
	if (plain_suffix(path) == 0 || find(ahead, path) != NULL)
		return;
	struct module_ahead_file *file = memory_get(1, sizeof(*file));
	file->path = memory_copy(path);
	memory_tree(&ahead->by_path, file, compare);
	ahead->files = memory_room(ahead->files, ahead->count, sizeof(*ahead->files));
	ahead->files[ahead->count++] = file;
}

static void *
make(void *context, size_t i)
{
	struct module_ahead_file **files = context;

	if (files[i]->is_open)
		plain_unpack(&files[i]->plain);
	return memory_get(1, 1); /* NULL would be a failure */
}

static int
take(void *context, size_t i, void *made)
{
	struct module_ahead_file **files = context;
	(void)made;

	files[i]->is_unpacked = files[i]->is_open;
	return 0;
}

/* The largest first, so that none is begun when all others are done. */
static int
by_size(const void *a, const void *b)
{
	const struct module_ahead_file *const *one = a, *const *other = b;

	return ((*one)->plain.size < (*other)->plain.size) - ((*one)->plain.size > (*other)->plain.size);
}

void
module_ahead_run(struct module_ahead *ahead)
{
	struct module_ahead_file **files = ahead->files + ahead->unpacked;
	const struct parallel parallel = {ahead->count - ahead->unpacked, files, make, take};

	/* Maps are the main thread's (mapped.h). */
	for (size_t i = 0; i < parallel.count; i++)
		files[i]->is_open = plain_open(&files[i]->plain, files[i]->path) == 0;
	if (parallel.count > 0) {
		qsort(files, parallel.count, sizeof(struct module_ahead_file *), by_size);
		parallel_run(&parallel);
	}
	ahead->unpacked = ahead->count;
}

int
module_ahead_read(struct module_ahead *ahead, struct plain *plain, struct plan *plan, const char *from)
{
	struct module_ahead_file *file = find(ahead, from);

	if (interrupt_signal() != 0)
		return -1;
	if (file == NULL || !file->is_unpacked)
		return plain_read(plain, plan, from);
	*plain = file->plain;
	plain->from = from;
	file->is_open = file->is_unpacked = false;
	return plain_take(plain, plan);
}

static void
leave(void *unused)
{
	(void)unused;
}

void
module_ahead_end(struct module_ahead *ahead)
{
	tdestroy(ahead->by_path, leave);
	for (size_t i = 0; i < ahead->count; i++) {
		if (ahead->files[i]->is_open)
			plain_release(&ahead->files[i]->plain);
		free(ahead->files[i]->path);
		free(ahead->files[i]);
	}
	free(ahead->files);
}
