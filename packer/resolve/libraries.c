/* SPDX-License-Identifier: MIT */
#include "resolve/libraries.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "elf/elf_machine.h"
#include "host/memory.h"
#include "resolve/attempt.h"
#include "resolve/loads.h"
#include "resolve/walk.h"

void
libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source)
{
	*libraries = (struct libraries){.plan = plan, .source = source};
	struct stat found;
	char *path = source_real(source, LIBRARIES_CACHE, &found);
	libraries->cache_map = path != NULL ? mapped_file(path, &libraries->cache_size) : NULL;
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

bool
libraries_has(void *const set, const char *string)
{
	return tfind(string, &set, compare) != NULL;
}

bool
libraries_is_new(void **set, const char *string)
{
	if (libraries_has(*set, string))
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
	rule_words_free(libraries->words);
	free(libraries->noted);
	tdestroy(libraries->missing, leave);
	tdestroy(libraries->looked_for, leave);
	tdestroy(libraries->there, leave);
	tdestroy(libraries->noted_once, leave);
	tdestroy(libraries->told, leave);
}

const struct object *
libraries_object(struct libraries *libraries, const struct source_found *found)
{
	if (found->entry != NULL && found->entry->source != NULL)
		return object_get(&libraries->objects, found->entry->source);
	char *path = source_path(libraries->source, found->path);
	const struct object *object = object_get(&libraries->objects, path);
	free(path);
	return object;
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
		return add_file(libraries, LIBRARIES_CACHE, why);
	if (attempt->place == SEARCH_DEFAULT && process->path_file != NULL)
		return add_file(libraries, process->path_file, why);
	return 0;
}

int
run_add_library(struct run *run, const struct loaded *by, const char *name, const struct run_wish *wish)
{
	struct libraries *libraries = run->libraries;
	struct attempt attempt = {.libraries = libraries,
				  .process = &run->process,
				  .by = by,
				  .why = wish->why,
				  .optional = wish->optional || run->optional};
	char full[PATH_MAX];
	int found = attempt_find(&attempt, name);

	run->has_variants |= attempt.has_variants;
	run->has_platforms |= attempt.has_platforms;
	if (found <= 0)
		return found;
	struct plan_entry *entry = attempt.real != NULL
				       ? source_add_moved(libraries->source, libraries->plan, attempt.real,
							  &attempt.found.stat, attempt.path, wish->why)
				       : source_add(libraries->source, libraries->plan, &attempt.found, wish->why);
	search_name(&run->process.search, &by->search, name, full);
	if (entry == NULL)
		warnx("cannot pack %s: %s", attempt.path, source_problem(errno));
	else if (!process_has_entry(&run->process, entry, full))
		process_load(&run->process, attempt.object, entry, attempt.path, attempt.from, full, by);
	int result = entry == NULL || add_guide(libraries, &run->process, &attempt) != 0 ? -1 : 1;
	source_release(&attempt.found);
	free(attempt.path);
	free(attempt.from);
	free(attempt.real);
	return result;
}

bool
run_has_library(const struct run *run, const struct loaded *by, const char *name)
{
	char full[PATH_MAX];

	return search_name(&run->process.search, &by->search, name, full) == 0 && process_has_name(&run->process, full);
}

/* The loader that the file names. */
static int
add_loader(struct run *run, const struct plan_entry *entry, const struct object *object)
{
	struct libraries *libraries = run->libraries;
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
	const struct object *loader = S_ISREG(found.stat.st_mode) ? libraries_object(libraries, &found) : NULL;
	struct plan_entry *added = NULL;
	if (loader == NULL || loader->kind != OBJECT_ELF || !elf_match(&object->elf, &loader->elf))
		warnx("cannot pack %s: its loader %s is no ELF file for the same machine", entry->path, path);
	else if ((added = source_add(libraries->source, libraries->plan, &found, why)) == NULL)
		warnx("cannot pack %s: %s", path, source_problem(errno));
	if (added != NULL) {
		process_load(&run->process, loader, added, path, NULL, path, NULL);
		if (libraries->loader_object != loader)
			loader_read(&libraries->loader, loader->map, loader->size);
		libraries->loader_object = loader;
		process_use_loader(&run->process, &libraries->loader);
		result = 0;
	}
	source_release(&found);
	return result;
}

/* The libraries that one object names with `tag`, each looked for once, however often it is named. */
static int
add_named(struct run *run, const struct loaded *by, uint64_t tag)
{
	const struct run_wish wish = {{"library of", by->entry->path}, tag == DT_AUXILIARY};
	const char *name;
	void *seen = NULL;
	uint64_t at = 0;
	int result = 0;

	while (interrupt_signal() == 0 && (name = elf_next(&by->object->elf, tag, &at)) != NULL) {
		if (!libraries_is_new(&seen, name) || run_has_library(run, by, name))
			continue;
		if (run_add_library(run, by, name, &wish) < 0)
			result = -1;
	}
	tdestroy(seen, leave);
	return result;
}

int
run_add_needs(struct run *run, size_t i)
{
	int result = 0;

	for (; i < run->process.count && interrupt_signal() == 0; i++) {
		const struct loaded *by = run->process.loaded[i];
		if (!run->process.search.musl)
			result |= add_named(run, by, DT_FILTER) | add_named(run, by, DT_AUXILIARY);
		result |= add_named(run, by, DT_NEEDED);
	}
	return result;
}

/*
 * The libraries that glibc's loader loads for auditing, each with what it needs in a namespace of its own. The loader
 * tells if one is missing, and goes on.
 */
static void
add_audit(struct run *run, const struct plan_entry *entry, const struct object *object, uint64_t tag)
{
	const struct run_wish wish = {{"library of", entry->path}, true};
	const char *list;
	uint64_t at = 0;

	if ((list = elf_next(&object->elf, tag, &at)) == NULL || run->process.search.musl)
		return;
	char *names = memory_copy(list), *rest = names, *name;
	while ((name = strsep(&rest, ":")) != NULL && interrupt_signal() == 0) {
		process_unload(&run->process);
		process_load(&run->process, object, entry, entry->path, NULL, entry->path, NULL);
		if (name[0] != '\0' && run_add_library(run, run->process.loaded[0], name, &wish) > 0)
			run_add_needs(run, 1);
	}
	free(names);
}

/* The libraries that the environment has the loader load before all others. */
static int
add_preloaded(struct run *run, const struct plan_entry *entry)
{
	const struct run_wish wish = {{"preloaded for", entry->path}, false};
	char *names = memory_copy(run->given.preload), *rest = names, *name;
	int result = 0;

	while ((name = strsep(&rest, ": ")) != NULL && interrupt_signal() == 0)
		if (name[0] != '\0' && run_add_library(run, run->process.loaded[0], name, &wish) < 0)
			result = -1;
	free(names);
	return result;
}

/* Goes through the process as it is on one kind of processor. */
static int
run_process(struct run *run, const struct plan_entry *entry, const struct object *object,
	    const struct process_level *level)
{
	struct libraries *libraries = run->libraries;
	int result = 0;

	process_start(&run->process, libraries->source, object, object->elf.interpreter, level);
	run->process.search.given = run->given.path;
	run->process.search.cache = libraries->has_cache ? &libraries->cache : NULL;
	process_load(&run->process, object, entry, entry->path, NULL, entry->path, NULL);
	if (object->elf.interpreter != NULL)
		result = add_loader(run, entry, object);
	if (run->given.preload != NULL)
		result |= add_preloaded(run, entry);
	result |= run_add_needs(run, 0) | loads_add(run);
	run->uses_platform |= run->process.uses_platform;
	if (object->elf.interpreter != NULL) {
		add_audit(run, entry, object, DT_AUDIT);
		add_audit(run, entry, object, DT_DEPAUDIT);
	}
	process_end(&run->process);
	return result;
}

int
libraries_add(struct libraries *libraries, const struct plan_entry *entry, const struct object *object,
	      struct libraries_given given, bool optional)
{
	const struct machine *machine = machine_of(&object->elf);
	struct run run = {.libraries = libraries, .given = given, .optional = optional};
	struct process_level level = {NULL, NULL};
	size_t count = 0;
	int result = run_process(&run, entry, object, &level);

	/* From the poorest processor to the best. */
	while (run.has_variants && machine->hwcaps[count] != NULL)
		count++;
	while (result == 0 && count-- > 0) {
		level.hwcaps = machine->hwcaps + count;
		result = run_process(&run, entry, object, &level);
	}
	/* What $PLATFORM is elsewhere may lead to nothing there. */
	run.optional |= run.uses_platform;
	level.hwcaps = NULL;
	if (machine == NULL || !(run.uses_platform || run.has_platforms))
		return result;
	for (level.platform = machine->platforms; result == 0 && level.platform != NULL && level.platform->name != NULL;
	     level.platform++)
		result = run_process(&run, entry, object, &level);
	return run.optional ? 0 : result;
}
