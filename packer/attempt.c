/* SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "machine.h"
#include "memory.h"
#include "uncached.h"

static bool
is_there(const struct libraries *libraries, const char *path)
{
	struct source_found found;
	bool is = source_find(libraries->source, libraries->plan, path, &found) == 0;

	if (is)
		source_release(&found);
	return is;
}

/* Whether `name` is in the directory that begins `path`, looked at once. */
static bool
has_below(struct libraries *libraries, const char *path, int length, const char *name)
{
	char *below = memory_format("%.*s/%s", length, path, name);
	const char *kept = plan_string(libraries->plan, below);
	void **set = &libraries->there;

	free(below);
	if (libraries_is_new(&libraries->looked_for, kept) && is_there(libraries, kept))
		libraries_is_new(set, kept);
	return libraries_has(*set, kept);
}

/* Whether a file for better processors stands beside the candidate `path`. */
static bool
has_variant(struct libraries *libraries, const char *path, int length, const char *const *hwcaps)
{
	bool has = false;

	if (!has_below(libraries, path, length, "glibc-hwcaps"))
		return false;
	for (; *hwcaps != NULL && !has; hwcaps++) {
		char *variant = memory_format("%.*s/%s%s", length, path, *hwcaps, path + length);
		has = is_there(libraries, variant);
		free(variant);
	}
	return has;
}

/* Whether a directory of other platforms stands beside the candidate `path`. */
static bool
has_platform(struct libraries *libraries, const char *path, int length, const struct machine_platform *platform)
{
	bool has = false;

	for (; platform != NULL && platform->name != NULL && !has; platform++)
		for (const char *const *name = platform->legacy; name != NULL && *name != NULL && !has; name++)
			has = strchr(*name, '/') == NULL && has_below(libraries, path, length, *name);
	return has;
}

/* Notes whether the processors differ in what they take, where that is asked for all of them. */
static void
note_variant(struct attempt *attempt, const char *path, enum search_place place)
{
	const struct process *process = attempt->process;
	const struct machine *machine = process->machine;
	const char *slash = strrchr(path, '/');

	if (process->search.musl || machine == NULL || process->level->hwcaps != NULL ||
	    process->level->platform != NULL || place == SEARCH_NAMED || path[0] != '/')
		return;
	if (machine->hwcaps != NULL)
		attempt->has_variants |= has_variant(attempt->libraries, path, (int)(slash - path), machine->hwcaps);
	if (process->search.variants != NULL)
		attempt->has_platforms |=
		    has_platform(attempt->libraries, path, (int)(slash - path), machine->platforms);
}

/*
 * Whether the loader goes on to the next file, 0, or ends, -1 after a warning, as it takes the first that it can open:
 * glibc leaves out those of another class or machine (elf/dl-load.c open_verify()), musl none.
 */
static int
check_object(const struct attempt *attempt, const char *path)
{
	const struct elf *by = &attempt->by->object->elf, *elf = &attempt->object->elf;
	const char *problem = NULL;

	if (attempt->object->kind != OBJECT_ELF)
		problem = "no sound ELF file";
	else if (!elf_match(by, elf) &&
		 (attempt->process->search.musl || (by->is64 == elf->is64 && by->big != elf->big)))
		problem = "for another machine, and its loader tries no further";
	else if (elf_match(by, elf) && (elf->type != ET_DYN || elf->dynamic_count == 0))
		problem = "no shared library";
	if (problem == NULL)
		return elf_match(by, elf);
	if (!attempt->optional)
		warnx("cannot pack %s: %s, found for a library of it, is %s", attempt->by->entry->path, path, problem);
	return -1;
}

/* Looks at one candidate, for search_library(). */
static int
try_file(void *context, const char *path, enum search_place place)
{
	struct attempt *attempt = context;
	const char *by = attempt->by->entry->path;
	int result = -1;

	if (interrupt_signal() != 0)
		return -1;
	note_variant(attempt, path, place);
	if (path[0] != '/') {
		if (!attempt->optional)
			warnx("cannot pack %s: it looks for %s in the directory that it is started in", by, path);
		return -1;
	}
	if (source_find(attempt->libraries->source, attempt->libraries->plan, path, &attempt->found) != 0) {
		if (errno == ELOOP && !attempt->optional)
			warn("cannot pack %s: %s, found for a library of it", by, path);
		return errno == ELOOP ? -1 : 0;
	}
	if (!S_ISREG(attempt->found.stat.st_mode)) {
		if (!attempt->optional)
			warnx("cannot pack %s: %s, found for a library of it, is no file", by, path);
		goto out;
	}
	attempt->object = libraries_object(attempt->libraries, &attempt->found);
	if (attempt->object != NULL)
		result = check_object(attempt, path);
	else if (!attempt->optional)
		warn("cannot read %s, a library of %s", path, by);
	if (result == 1) {
		attempt->place = place;
		attempt->path = memory_copy(path);
		return 1;
	}
out:
	source_release(&attempt->found);
	return result;
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

/* Ends the search at a file that is there. */
static int
note_file(void *context, const char *path, enum search_place place)
{
	struct attempt *attempt = context;
	(void)place;

	if (!is_there(attempt->libraries, path))
		return 0;
	attempt->path = memory_copy(path);
	return 1;
}

/* What stands before a reason in a sentence: "a library of", "by rule libgcc for", "loaded by". */
static const char *
article_of(const char *what)
{
	if (strcmp(what, "library of") == 0)
		return "a ";
	return strncmp(what, "rule ", strlen("rule ")) == 0 ? "by " : "";
}

/* Tells once that `name` is missing to the object that looks for it. */
static void
report_missing(struct attempt *attempt, const char *name)
{
	struct libraries *libraries = attempt->libraries;
	const struct machine *machine = attempt->process->machine;
	char *key = memory_format("%s\n%s", name, attempt->by->entry->path);
	const char *known = plan_string(libraries->plan, key);
	struct search search = attempt->process->search;
	bool by_cache = libraries->has_cache && !search.musl && strchr(name, '/') == NULL;

	free(key);
	if (!libraries_is_new(&libraries->missing, known))
		return;
	search.variants = NULL; /* five lines of them say nothing more */
	search_library(&search, &attempt->by->search, name, note_directory, attempt);
	search.variants = machine != NULL ? machine->hwcaps : NULL;
	if (!search.musl)
		search_library(&search, &attempt->by->search, name, note_file, attempt);
	warnx("cannot find %s, %s%s %s: %s%s%slooked in %s%s%s", name, article_of(attempt->why.what), attempt->why.what,
	      attempt->why.of, attempt->path != NULL ? "only " : "", attempt->path != NULL ? attempt->path : "",
	      attempt->path != NULL ? ", for some processors, is there; " : "",
	      attempt->tried != NULL ? attempt->tried : "", by_cache && attempt->tried != NULL ? ", " : "",
	      by_cache ? LIBRARIES_CACHE : "");
	char *uncached = search.musl ? NULL : uncached_find(libraries, name);
	if (uncached != NULL)
		warnx("%s%s would be found by %s, which is not there: make it, as root, with ldconfig -r %s",
		      libraries->source->root, uncached, LIBRARIES_CACHE,
		      libraries->source->root[0] != '\0' ? libraries->source->root : "/");
	free(uncached);
	free(attempt->tried);
	free(attempt->path);
	attempt->path = attempt->tried = NULL;
}

/* The same for what the cache has. */
static void
note_cached(struct attempt *attempt, const char *name)
{
	const struct search *search = &attempt->process->search;
	const struct machine *machine = attempt->process->machine;
	const struct process_level *level = attempt->process->level;

	if (machine == NULL || level->hwcaps != NULL || level->platform != NULL)
		return;
	const char *found = ldcache_find(search->cache, name, search->cache_flags, search->variants);
	attempt->has_variants |=
	    machine->hwcaps != NULL && ldcache_find(search->cache, name, search->cache_flags, machine->hwcaps) !=
					   ldcache_find(search->cache, name, search->cache_flags, NULL);
	for (const struct machine_platform *p = machine->platforms;
	     search->variants != NULL && p != NULL && p->name != NULL; p++)
		attempt->has_platforms |= ldcache_find(search->cache, name, search->cache_flags, p->legacy) != found;
}

int
attempt_find(struct attempt *attempt, const char *name)
{
	const struct search *search = &attempt->process->search;
	int result = search_library(search, &attempt->by->search, name, try_file, attempt);

	if (search->cache != NULL && search->cache->has_hwcaps && !search->musl)
		note_cached(attempt, name);
	if (result != 0 || attempt->optional)
		return attempt->optional && result < 0 ? 0 : result;
	report_missing(attempt, name);
	return -1;
}
