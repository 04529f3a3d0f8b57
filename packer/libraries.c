/* SPDX-License-Identifier: MIT */
#include "libraries.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "mapped.h"
#include "memory.h"
#include "process.h"

static const char cache_path[] = "/etc/ld.so.cache";

void
libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source)
{
	*libraries = (struct libraries){.plan = plan, .source = source};
	char *path = source_path(source, cache_path);
	libraries->cache_map = mapped_file(path, &libraries->cache_size);
	free(path);
	/* A cache that is broken or of another format is none to the loader either. */
	libraries->has_cache = libraries->cache_map != NULL &&
			       ldcache_open(&libraries->cache, libraries->cache_map, libraries->cache_size) == 0;
}

/* Strings in the trees are the plan's or the objects'. */
static void
leave(void *unused)
{
	(void)unused;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether `string` is put into the set only now. */
static bool
is_new(void **set, const char *string)
{
	if (tfind(string, set, compare) != NULL)
		return false;
	if (tsearch(string, set, compare) == NULL)
		memory_get(SIZE_MAX, SIZE_MAX);
	return true;
}

void
libraries_end(struct libraries *libraries)
{
	if (libraries->cache_map != NULL)
		mapped_release(libraries->cache_map);
	objects_free(&libraries->objects);
	tdestroy(libraries->missing, leave);
}

/* One library being looked for. */
struct attempt {
	struct libraries *libraries;
	const struct loaded *by;
	const struct object *object; /* what was found, with the three below */
	struct source_found found;
	enum search_place place;
	char *path;
	char *tried; /* directories, for the message */
};

static const struct object *
get_object(struct libraries *libraries, const struct source_found *found)
{
	if (found->entry != NULL && found->entry->source != NULL)
		return object_get(&libraries->objects, found->entry->source);
	char *path = source_path(libraries->source, found->path);
	const struct object *object = object_get(&libraries->objects, path);
	free(path);
	return object;
}

/* A loader takes the first file that it can open, unless it is one for another machine. */
static int
try_file(void *context, const char *path, enum search_place place)
{
	struct attempt *attempt = context;
	const char *by = attempt->by->entry->path;

	if (interrupt_signal() != 0)
		return -1;
	if (path[0] != '/') {
		warnx("cannot pack %s: it looks for %s in the directory that it is started in", by, path);
		return -1;
	}
	if (source_find(attempt->libraries->source, attempt->libraries->plan, path, &attempt->found) != 0)
		return 0;
	if (!S_ISREG(attempt->found.stat.st_mode))
		goto on;
	attempt->object = get_object(attempt->libraries, &attempt->found);
	if (attempt->object == NULL) {
		warn("cannot read %s, a library of %s", path, by);
		goto fail;
	}
	if (attempt->object->kind != OBJECT_ELF) {
		warnx("cannot pack %s: %s, found for a library of it, is no sound ELF file", by, path);
		goto fail;
	}
	if (!elf_match(&attempt->by->object->elf, &attempt->object->elf))
		goto on;
	attempt->place = place;
	attempt->path = memory_copy(path);
	return 1;
on:
	source_release(&attempt->found);
	return 0;
fail:
	source_release(&attempt->found);
	return -1;
}

/* Notes the directory of a candidate, for the message, which must not grow with a file that has thousands. */
static int
note_directory(void *context, const char *path, enum search_place place)
{
	enum { LONG = 2000 };
	struct attempt *attempt = context;
	const char *slash = strrchr(path, '/');
	bool is_long = attempt->tried != NULL && strlen(attempt->tried) > LONG;
	int length = (int)(place == SEARCH_NAMED ? strlen(path) : slash == path ? 1 : (size_t)(slash - path));
	char *longer = memory_format("%s%s%.*s", attempt->tried != NULL ? attempt->tried : "",
				     attempt->tried != NULL ? ", " : "", is_long ? 3 : length, is_long ? "..." : path);

	free(attempt->tried);
	attempt->tried = longer;
	return is_long;
}

/* Tells once that `name` is missing to the object that looks for it. */
static void
report_missing(struct attempt *attempt, const struct process *process, const char *name)
{
	struct libraries *libraries = attempt->libraries;
	char *key = memory_format("%s\n%s", name, attempt->by->entry->path);
	const char *known = plan_string(libraries->plan, key);
	bool by_cache = libraries->has_cache && !process->search.musl && strchr(name, '/') == NULL;

	free(key);
	if (!is_new(&libraries->missing, known))
		return;
	search_library(&process->search, &attempt->by->search, name, note_directory, attempt);
	warnx("cannot find %s, a library of %s: looked in %s%s%s", name, attempt->by->entry->path,
	      attempt->tried != NULL ? attempt->tried : "", by_cache && attempt->tried != NULL ? ", " : "",
	      by_cache ? cache_path : "");
	free(attempt->tried);
}

/* Plans a file by its path, for the loader to read. */
static int
add_file(struct libraries *libraries, const char *path, struct plan_why why)
{
	struct source_found found;

	if (source_find(libraries->source, libraries->plan, path, &found) != 0) {
		warn("cannot find %s", path);
		return -1;
	}
	int result = source_add(libraries->source, libraries->plan, &found, why) != NULL ? 0 : -1;
	if (result != 0)
		warnx("cannot pack %s: %s", path, source_problem(errno));
	source_release(&found);
	return result;
}

/* Plans the file that leads the loader to `path`, if there is one. */
static int
add_guide(struct libraries *libraries, const struct process *process, const struct attempt *attempt)
{
	struct plan_why why = {"way to", attempt->path};

	if (attempt->place == SEARCH_CACHE && !search_is_default(&process->search, attempt->path))
		return add_file(libraries, cache_path, why);
	if (attempt->place == SEARCH_DEFAULT && process->path_file != NULL)
		return add_file(libraries, process->path_file, why);
	return 0;
}

/* Finds, plans and loads one library. Returns 0, or -1 after a warning. */
static int
add_library(struct libraries *libraries, struct process *process, const struct loaded *by, const char *name)
{
	struct attempt attempt = {.libraries = libraries, .by = by};
	struct plan_why why = {"library of", by->entry->path};
	int result = search_library(&process->search, &by->search, name, try_file, &attempt);

	if (result == 0)
		report_missing(&attempt, process, name);
	if (result <= 0)
		return -1;
	struct plan_entry *entry = source_add(libraries->source, libraries->plan, &attempt.found, why);
	if (entry == NULL)
		warnx("cannot pack %s: %s", attempt.path, source_problem(errno));
	else if (!process_has_entry(process, entry, name))
		process_load(process, attempt.object, entry, attempt.path, name, by);
	result = entry == NULL ? -1 : add_guide(libraries, process, &attempt);
	source_release(&attempt.found);
	free(attempt.path);
	return result;
}

/* The loader that the file names. */
static int
add_loader(struct libraries *libraries, struct process *process, const struct plan_entry *entry,
	   const struct object *object)
{
	const char *path = object->elf.interpreter;
	struct plan_why why = {"loader of", entry->path};
	struct source_found found;
	int result = -1;

	if (path[0] != '/') {
		warnx("cannot pack %s: its loader %s is no absolute path", entry->path, path);
		return -1;
	}
	if (source_find(libraries->source, libraries->plan, path, &found) != 0) {
		warnx("cannot find %s, the loader of %s: %s", path, entry->path, strerror(errno));
		return -1;
	}
	const struct object *loader = S_ISREG(found.stat.st_mode) ? get_object(libraries, &found) : NULL;
	struct plan_entry *added = NULL;
	if (loader == NULL || loader->kind != OBJECT_ELF || !elf_match(&object->elf, &loader->elf))
		warnx("cannot pack %s: its loader %s is no ELF file for the same machine", entry->path, path);
	else if ((added = source_add(libraries->source, libraries->plan, &found, why)) == NULL)
		warnx("cannot pack %s: %s", path, source_problem(errno));
	if (added != NULL) {
		process_load(process, loader, added, path, path, NULL);
		result = 0;
	}
	source_release(&found);
	return result;
}

/* All libraries that one object needs, each looked for once, however often it is named. */
static int
add_needed(struct libraries *libraries, struct process *process, const struct loaded *by)
{
	const char *name;
	void *seen = NULL;
	uint64_t at = 0;
	int result = 0;

	while (interrupt_signal() == 0 && (name = elf_next(&by->object->elf, DT_NEEDED, &at)) != NULL)
		if (is_new(&seen, name) && !process_has_name(process, name) &&
		    add_library(libraries, process, by, name) != 0)
			result = -1;
	tdestroy(seen, leave);
	return result;
}

int
libraries_add(struct libraries *libraries, const struct plan_entry *entry, const struct object *object)
{
	struct process process;
	int result = 0;

	process_start(&process, libraries->source, object, object->elf.interpreter);
	process.search.cache = libraries->has_cache ? &libraries->cache : NULL;
	process_load(&process, object, entry, entry->path, entry->path, NULL);
	if (object->elf.interpreter != NULL)
		result = add_loader(libraries, &process, entry, object);
	/* Breadth first, as loaders do it; the list grows meanwhile. */
	for (size_t i = 0; i < process.count && interrupt_signal() == 0; i++)
		if (add_needed(libraries, &process, process.loaded[i]) != 0)
			result = -1;
	process_end(&process);
	return result;
}
