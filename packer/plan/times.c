/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/memory.h"

enum { PYC_HEADER = 16 };

static uint32_t
word_at(const unsigned char *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/*
 * Reads the time and size of the source from the header of a compiled file. They follow a magic
 * number, CR and LF and, since Python 3.7 (3390), flags (PEP 552), which are 0 for a file that is
 * validated by time. Python 2 (above 20000) and Python up to 3.2 (below 3190) store no size.
 * Returns false if the file is not validated by time.
 */
static bool
read_pyc(const char *file, uint32_t *time, uint32_t *size, bool *has_size)
{
	enum { NO_SIZE = 3190, FLAGS = 3390, PYTHON_2 = 20000 };
	unsigned char bytes[PYC_HEADER];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool is_whole = fd >= 0 && read(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes);

	if (fd >= 0)
		close(fd);
	if (!is_whole || bytes[2] != '\r' || bytes[3] != '\n')
		return false;
	uint32_t number = bytes[0] | (uint32_t)bytes[1] << 8;
	bool has_flags = number >= FLAGS && number < PYTHON_2;
	*has_size = number >= NO_SIZE && number < PYTHON_2;
	*time = word_at(bytes + (has_flags ? 8 : 4));
	*size = word_at(bytes + (has_flags ? 12 : 8));
	return !has_flags || word_at(bytes + 4) == 0;
}

/*
 * Returns the planned source of the compiled file at `path`: in the parent of __pycache__, named up
 * to the first dot; or in the same directory. NULL if not found.
 */
static struct plan_entry *
find_source(const struct plan *plan, const char *path)
{
	static const char cache[] = "/__pycache__/";
	const char *slash = strrchr(path, '/'), *name = slash + 1;
	const char *folder = slash - strlen(cache) + 1;
	char *source;

	if (folder > path && strncmp(folder, cache, strlen(cache)) == 0)
		source = xasprintf("%.*s/%.*s.py/.", (int)(folder - path), path,
				   (int)strcspn(name, "."), name);
	else
		source = xasprintf("%.*s/.", (int)strlen(path) - 1, path);
	/* The path may contain links. */
	char *located = plan_locate(plan, source);
	struct plan_entry *entry = located != NULL ? plan_find(plan, located) : NULL;
	free(source);
	free(located);
	return entry;
}

static bool
is_pyc(const struct plan_entry *entry)
{
	static const char suffix[] = ".pyc";
	size_t length = strlen(entry->path);

	return entry->type == PLAN_FILE && entry->source != NULL && length > strlen(suffix) &&
	       strcmp(entry->path + length - strlen(suffix), suffix) == 0;
}

void
times_set(struct plan *plan, uint32_t time)
{
	uint32_t named, size;
	bool has_size;

	for (size_t i = 0; i < plan->count; i++)
		plan->entries[i]->time = time;
	for (size_t i = 0; i < plan->count; i++) {
		if (!is_pyc(plan->entries[i]))
			continue;
		struct plan_entry *source = find_source(plan, plan->entries[i]->path);
		if (source != NULL && source->source != NULL && source->type == PLAN_FILE &&
		    read_pyc(plan->entries[i]->source, &named, &size, &has_size) &&
		    named == (uint32_t)source->stat.st_mtim.tv_sec &&
		    (!has_size || size == (uint32_t)source->stat.st_size))
			source->first->time = named;
	}
	for (size_t i = 0; i < plan->count; i++)
		plan->entries[i]->time = plan->entries[i]->first->time;
}
