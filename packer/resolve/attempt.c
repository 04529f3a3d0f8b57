/* SPDX-License-Identifier: MIT */
#include "resolve/attempt.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "elf/elf_machine.h"
#include "host/memory.h"
#include "resolve/uncached.h"

/*
 * What is on this machine where `path` leads from the directory of an object that the image has elsewhere: $ORIGIN is
 * at the beginning of it. Both *from, the path there, and the one that its links lead to are to be freed; or NULL.
 */
static char *
find_beside(const struct attempt *attempt, const char *path, char **from, struct stat *stat)
{
	for (const struct search_object *o = &attempt->by->search; o != NULL; o = o->loader) {
		size_t length = strcmp(o->origin, "/") != 0 ? strlen(o->origin) : 0;
		if (o->from == NULL || strncmp(path, o->origin, length) != 0 || path[length] != '/')
			continue;
		*from = memory_format("%s%s", o->from, path + length);
		char *real = source_link(attempt->libraries->source, *from, stat);
		if (real != NULL)
			return real;
		free(*from);
	}
	*from = NULL;
	return NULL;
}

static bool
is_there(const struct attempt *attempt, const char *path)
{
	const struct libraries *libraries = attempt->libraries;
	struct source_found found;
	struct stat stat;
	char *from, *real = find_beside(attempt, path, &from, &stat);
	bool is = real != NULL;

	if (!is && source_find(libraries->source, libraries->plan, path, &found) == 0) {
		is = true;
		source_release(&found);
	}
	free(from);
	free(real);
	return is;
}

/* Whether `name` is in the directory that begins `path`, looked at once. */
static bool
has_below(const struct attempt *attempt, const char *path, int length, const char *name)
{
	struct libraries *libraries = attempt->libraries;
	char *below = memory_format("%.*s/%s", length, path, name);
	const char *kept = plan_string(libraries->plan, below);
	void **set = &libraries->there;

	free(below);
	if (libraries_is_new(&libraries->looked_for, kept) && is_there(attempt, kept))
		libraries_is_new(set, kept);
	return libraries_has(*set, kept);
}

/* Whether a file for better processors stands beside the candidate `path`. */
static bool
has_variant(const struct attempt *attempt, const char *path, int length, const char *const *hwcaps)
{
	bool has = false;

	if (!has_below(attempt, path, length, "glibc-hwcaps"))
		return false;
	for (; *hwcaps != NULL && !has; hwcaps++) {
		char *variant = memory_format("%.*s/%s%s", length, path, *hwcaps, path + length);
		has = is_there(attempt, variant);
		free(variant);
	}
	return has;
}

/* Whether a directory of other platforms stands beside the candidate `path`. */
static bool
has_platform(const struct attempt *attempt, const char *path, int length, const struct machine_platform *platform)
{
	bool has = false;

	for (; platform != NULL && platform->name != NULL && !has; platform++)
		for (const char *const *name = platform->legacy; name != NULL && *name != NULL && !has; name++)
			has = strchr(*name, '/') == NULL && has_below(attempt, path, length, *name);
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
		attempt->has_variants |= has_variant(attempt, path, (int)(slash - path), machine->hwcaps);
	if (process->search.variants != NULL)
		attempt->has_platforms |=
		    has_platform(attempt, path, (int)(slash - path), machine->platforms);
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

/* Whether something that was given its path by SRC:DST is planned at a candidate: that counts. */
static bool
is_given(const struct attempt *attempt, const char *path)
{
	char *located = plan_locate(attempt->libraries->plan, path);
	const struct plan_entry *entry = located != NULL ? plan_find(attempt->libraries->plan, located) : NULL;

	free(located);
	return entry != NULL && !entry->in_place && !entry->moved;
}

/* Looks for a candidate beside who needs it, for try_file(): 0 if it is not there. */
static int
try_beside(struct attempt *attempt, const char *path, enum search_place place)
{
	struct stat stat;
	int result = 0;

	/* No $ORIGIN is in these. */
	if (place == SEARCH_CACHE || place == SEARCH_DEFAULT)
		return 0;
	attempt->real = find_beside(attempt, path, &attempt->from, &stat);
	if (attempt->real == NULL)
		return 0;
	if (S_ISREG(stat.st_mode) && !is_given(attempt, path) &&
	    (attempt->object = object_get(&attempt->libraries->objects, attempt->real)) != NULL)
		result = check_object(attempt, attempt->real);
	if (result == 1) {
		attempt->found = (struct source_found){.stat = stat};
		attempt->place = place;
		attempt->path = memory_copy(path);
		return 1;
	}
	free(attempt->from);
	free(attempt->real);
	attempt->from = attempt->real = NULL;
	return result;
}

/* Looks at one candidate, for search_library(). */
static int
try_file(void *context, const char *path, enum search_place place)
{
	struct attempt *attempt = context;
	const char *by = attempt->by->entry->path;
	int result = -1, beside;

	if (interrupt_signal() != 0)
		return -1;
	note_variant(attempt, path, place);
	if ((beside = try_beside(attempt, path, place)) != 0)
		return beside;
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

	if (!is_there(attempt, path))
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
	const struct plan_entry *root = attempt->process->loaded[0]->entry;
	bool by_cache = libraries->has_cache && !search.musl && strchr(name, '/') == NULL;

	free(key);
	if (!libraries_is_new(&libraries->missing, known))
		return;
	search.variants = NULL; /* five lines of them say nothing more */
	search_library(&search, &attempt->by->search, name, note_directory, attempt);
	search.variants = machine != NULL ? machine->hwcaps : NULL;
	if (!search.musl)
		search_library(&search, &attempt->by->search, name, note_file, attempt);
	warnx("cannot find %s, %s%s %s: %s%s%slooked in %s%s%s%s", name, article_of(attempt->why.what), attempt->why.what,
	      attempt->why.of, attempt->path != NULL ? "only " : "", attempt->path != NULL ? attempt->path : "",
	      attempt->path != NULL ? ", for some processors, is there; " : "",
	      attempt->tried != NULL ? attempt->tried : "", by_cache && attempt->tried != NULL ? ", " : "",
	      by_cache ? LIBRARIES_CACHE : "",
	      root->tree != NULL && !root->program
		  ? "; -t packs what a run needs of a tree, and filter in a manifest leaves files of it out"
		  : "");
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

/*
 * Whether a file of a tree, which nobody asked to execute, needs a library of the same tree that no loader finds for it:
 * the program that loads the file, as java(1) does, loads the library before. Reported once for each library. Images by
 * other programs do not record trees: there a library may be anywhere in the image.
 */
static bool
is_in_tree(const struct attempt *attempt, const char *name)
{
	const struct plan_entry *root = attempt->process->loaded[0]->entry, *by = attempt->by->entry;
	struct plan *plan = attempt->libraries->plan;
	const struct plan_entry *found = NULL;

	if (attempt->libraries->is_elsewhere != NULL && attempt->process->loaded[0]->object->elf.interpreter == NULL)
		return attempt->libraries->is_elsewhere(attempt->libraries->context, name);
	if (root->tree == NULL || root->program || by->tree == NULL || strchr(name, '/') != NULL)
		return false;
	for (size_t i = 0; i < plan->count && found == NULL; i++) {
		const struct plan_entry *entry = plan->entries[i];
		if (entry->tree == root->tree && (entry->type == PLAN_FILE || entry->type == PLAN_LINK) &&
		    strcmp(strrchr(entry->path, '/') + 1, name) == 0)
			found = entry;
	}
	if (found != NULL && libraries_is_new(&attempt->libraries->told, found->path))
		warnx("note: no loader looks for %s, a library of %s, at %s: a program that loads the one must load "
		      "the other first; a run under -t shows whether it does",
		      name, by->path, found->path);
	return found != NULL;
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
	if (is_in_tree(attempt, name))
		return 0;
	report_missing(attempt, name);
	return -1;
}
