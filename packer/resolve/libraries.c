/* SPDX-License-Identifier: MIT */
#include "resolve/libraries.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/message.h"
#include "elf/elf_machine.h"
#include "elf/elf_symbol.h"
#include "elf/object.h"
#include "host/memory.h"

/* Request for a library: the reason, and whether it may be missing. */
struct run_wish {
	struct plan_why why;
	bool optional;
};

struct lookup {
	struct libraries *libraries;
	const struct process *process;
	const struct loaded *by; /* the object that needs it */
	struct plan_why why;	 /* for messages: "library of" an object, for example */
	bool optional;		 /* if it is missing, that is no error and not reported */
	bool has_variants;	 /* set: some processors would load another file (glibc-hwcaps) */
	bool has_platforms;	 /* set: some may (directories of other platforms) */
	const struct object
	    *object; /* what was found; the fields from here on, except `place`, must be released */
	struct source_found found;
	enum search_place place;
	char *path;
	char *from;  /* its path next to the object that needs it on this machine, if that moves in
			the image; or NULL */
	char *real;  /* `from` with its links resolved */
	char *tried; /* directories searched, for messages */
};

#define LIBRARIES_CACHE "/etc/ld.so.cache"

static int run_add_library(struct run *run, const struct loaded *by, const char *name,
			   const struct run_wish *wish);
static bool run_has_library(const struct run *run, const struct loaded *by, const char *name);
static int run_add_needs(struct run *run, size_t i);
static bool libraries_has(void *set, const char *string);
static const struct object *libraries_object(struct libraries *libraries,
					     const struct source_found *found);

/*
 * Libraries that the objects of a process load at run time: by their notes (dlopen_note.h), and by
 * rules (rules.h).
 */

/* Adds a library and its dependencies, unless it is loaded. Returns as run_add_library() does. */
static int
add_wish(struct run *run, const struct loaded *by, const char *name, const struct run_wish *wish)
{
	size_t before = run->process.count;
	int result = run_has_library(run, by, name) ? 1 : run_add_library(run, by, name, wish);

	return result > 0 && run_add_needs(run, before) != 0 ? -1 : result;
}

/* Whether `what` of the object `by` is not yet in the set, and adds it. */
static bool
is_first_for(struct run *run, void **set, const char *what, const struct loaded *by)
{
	char *key = xasprintf("%s\n%s", what, by->entry->path);
	const char *kept = plan_string(run->libraries->plan, key);

	free(key);
	return libraries_is_new(set, kept);
}

/* Reports once that the libraries of a feature are left out. */
static void
report_left_out(struct run *run, const struct loaded *by, const struct dlopen_feature *feature)
{
	if (!run->libraries->reports_left_out || run->optional ||
	    !is_first_for(run, &run->libraries->reported, feature->sonames[0], by))
		return;
	message_warnx("leaving out %s%s, which %s loads at run time%s%s: %s", feature->sonames[0],
		      feature->count > 1 ? " and its alternatives" : "", by->entry->path,
		      feature->name[0] != '\0' ? " for " : "", feature->name,
		      feature->priority == DLOPEN_SUGGESTED ? "it is only suggested"
							    : "it is recommended, but not found");
}

/* Adds the first library of a feature that is found. */
static int
add_feature(struct run *run, const struct loaded *by, const struct dlopen_feature *feature)
{
	const bool required = feature->priority == DLOPEN_REQUIRED;
	struct run_wish wish = {{"loaded by", by->entry->path}, true};
	int found = 0, result = 0;

	for (size_t i = 0; found == 0 && i < feature->count; i++)
		found = run_has_library(run, by, feature->sonames[i]);
	if (found == 0 && feature->priority == DLOPEN_SUGGESTED) {
		report_left_out(run, by, feature);
		return 0;
	}
	for (size_t i = 0; found == 0 && i < feature->count; i++)
		found = add_wish(run, by, feature->sonames[i], &wish);
	if (found == 0 && !required)
		report_left_out(run, by, feature);
	/* Report each with the directories searched. */
	wish.optional = false;
	for (size_t i = 0; found == 0 && required && i < feature->count; i++)
		result |= add_wish(run, by, feature->sonames[i], &wish);
	return found < 0 ? -1 : result;
}

/* Returns glibc in the process, which loads the libraries that rules name, or NULL. */
static const struct loaded *
c_library(const struct run *run)
{
	for (size_t i = 0; i < run->process.count; i++) {
		const struct loaded *loaded = run->process.loaded[i];
		const char *soname = loaded->object->soname;
		if (soname != NULL && strncmp(soname, "libc.so.6", strlen("libc.so.6")) == 0)
			return loaded;
	}
	return NULL;
}

/*
 * Whether the C library defines a version. The last answer is cached: nearly all programs share
 * one C library.
 */
static bool
defines_version(struct libraries *libraries, const struct object *object, const char *version)
{
	if (libraries->version_object != object || strcmp(libraries->version, version) != 0) {
		libraries->version_object = object;
		libraries->version = version;
		libraries->has_version = elf_has_string(&object->elf, version);
	}
	return libraries->has_version;
}

/* Whether the word of a rule is built into the C library `by`. */
static bool
is_built_in(struct libraries *libraries, const struct rule *rule, const struct loaded *by,
	    const char *word)
{
	const char *found = rule->built_in != NULL ? strstr(rule->built_in, word) : NULL;
	size_t length = strlen(word);

	return found != NULL && (found == rule->built_in || found[-1] == ' ') &&
	       (found[length] == ' ' || found[length] == '\0') &&
	       defines_version(libraries, by->object, rule->built_in_since);
}

/* Adds the libraries of a rule that the object at `of` triggers. */
static int
add_sonames(struct run *run, enum rule_number number, const char *of)
{
	const struct rule *rule = &rules[number];
	const struct loaded *by = c_library(run);
	char *what = xasprintf("rule %s for", rule->name);
	const struct run_wish wish = {{what, of}, !rule->required};
	int result = 0;

	if (by != NULL && rule->words_of == NULL)
		result = add_wish(run, by, rule->sonames, &wish);
	const struct rule_words *words =
	    by != NULL && rule->words_of != NULL
		? rule_words_get(run->libraries->words, number, run->libraries->plan)
		: NULL;
	for (size_t i = 0; words != NULL && i < words->count; i++) {
		char *name = rule_words_expand(rule->sonames, words->list[i]);
		if (!is_built_in(run->libraries, rule, by, words->list[i]) &&
		    add_wish(run, by, name, &wish) < 0)
			result = -1;
		free(name);
	}
	free(what);
	return result < 0 ? -1 : 0;
}

/* Records a rule whose files are to be packed. */
static void
record_rule_files(struct run *run, enum rule_number number, const struct loaded *by)
{
	struct libraries *libraries = run->libraries;
	const char *lib = run->process.lib;

	if (!is_first_for(run, &libraries->recorded, rules[number].paths, by))
		return;
	libraries->noted =
	    xgrow(libraries->noted, libraries->noted_count, sizeof(*libraries->noted));
	libraries->noted[libraries->noted_count++] = (struct libraries_noted){
	    number, by->entry->path, lib != NULL ? plan_string(libraries->plan, lib) : NULL};
}

/*
 * Plans and loads the libraries that objects load at run time, with their dependencies, and
 * records rules that have files. Returns 0, or -1 after warnings.
 */
static int
loads_add(struct run *run)
{
	int result = 0;

	/* Loaded libraries may load more. */
	for (size_t i = 0; i < run->process.count && interrupt_signal() == 0; i++) {
		const struct loaded *by = run->process.loaded[i];
		const struct object *object = by->object;
		uint32_t set = object->rules | (i == 0 ? rules_match_name(by->entry->path) : 0);
		if (object->loads_are_broken &&
		    is_first_for(run, &run->libraries->reported, ".note.dlopen", by))
			message_warnx("cannot read what %s loads at run time: its note "
				      ".note.dlopen is invalid",
				      by->entry->path);
		for (size_t n = 0; n < object->loads.count && interrupt_signal() == 0; n++)
			result |= add_feature(run, by, &object->loads.features[n]);
		for (int number = 0; set != 0 && number < RULES; number++) {
			if ((set & UINT32_C(1) << number) == 0)
				continue;
			if (rules[number].sonames != NULL)
				result |=
				    add_sonames(run, (enum rule_number)number, by->entry->path);
			if (rules[number].below != NULL)
				record_rule_files(run, (enum rule_number)number, by);
		}
	}
	return result;
}

/*
 * Lookup of one library: tries the files that the loader would try, up to the one that it would
 * use.
 */

/*
 * Finds the file for `path`, which begins with $ORIGIN, relative to the directory on this machine
 * of an object that the image has elsewhere. Returns the path with links resolved, and the path
 * before that in *from, both to be freed; or NULL.
 */
static char *
find_near_origin(const struct lookup *lookup, const char *path, char **from, struct stat *stat)
{
	for (const struct search_object *o = &lookup->by->search; o != NULL; o = o->loader) {
		size_t length = strcmp(o->origin, "/") != 0 ? strlen(o->origin) : 0;
		if (o->from == NULL || strncmp(path, o->origin, length) != 0 || path[length] != '/')
			continue;
		*from = xasprintf("%s%s", o->from, path + length);
		char *real = source_link(lookup->libraries->source, *from, stat);
		if (real != NULL)
			return real;
		free(*from);
	}
	*from = NULL;
	return NULL;
}

static bool
is_there(const struct lookup *lookup, const char *path)
{
	const struct libraries *libraries = lookup->libraries;
	struct source_found found;
	struct stat stat;
	char *from, *real = find_near_origin(lookup, path, &from, &stat);
	bool is = real != NULL;

	if (!is && source_find(libraries->source, libraries->plan, path, &found) == 0) {
		is = true;
		source_release(&found);
	}
	free(from);
	free(real);
	return is;
}

/* Whether `name` exists in the directory of `path` (`length` bytes). Checked once. */
static bool
has_in_directory(const struct lookup *lookup, const char *path, int length, const char *name)
{
	struct libraries *libraries = lookup->libraries;
	char *below = xasprintf("%.*s/%s", length, path, name);
	const char *kept = plan_string(libraries->plan, below);
	void **set = &libraries->existing;

	free(below);
	if (libraries_is_new(&libraries->checked, kept) && is_there(lookup, kept))
		libraries_is_new(set, kept);
	return libraries_has(*set, kept);
}

/* Whether a variant of the candidate `path` for better processors exists. */
static bool
has_variant(const struct lookup *lookup, const char *path, int length, const char *const *hwcaps)
{
	bool has = false;

	if (!has_in_directory(lookup, path, length, "glibc-hwcaps"))
		return false;
	for (; *hwcaps != NULL && !has; hwcaps++) {
		char *variant = xasprintf("%.*s/%s%s", length, path, *hwcaps, path + length);
		has = is_there(lookup, variant);
		free(variant);
	}
	return has;
}

/* Whether a directory for other platforms exists next to the candidate `path`. */
static bool
has_platform(const struct lookup *lookup, const char *path, int length,
	     const struct machine_platform *platform)
{
	bool has = false;

	for (; platform != NULL && platform->name != NULL && !has; platform++)
		for (const char *const *name = platform->legacy;
		     name != NULL && *name != NULL && !has; name++)
			has = strchr(*name, '/') == NULL &&
			      has_in_directory(lookup, path, length, *name);
	return has;
}

/* In the run for the baseline processor, records whether others would load another file. */
static void
record_variant(struct lookup *lookup, const char *path, enum search_place place)
{
	const struct process *process = lookup->process;
	const struct machine *machine = process->machine;
	const char *slash = strrchr(path, '/');

	if (process->search.musl || machine == NULL || process->level->hwcaps != NULL ||
	    process->level->platform != NULL || place == SEARCH_NAMED || path[0] != '/')
		return;
	if (machine->hwcaps != NULL)
		lookup->has_variants |=
		    has_variant(lookup, path, (int)(slash - path), machine->hwcaps);
	if (process->search.variants != NULL)
		lookup->has_platforms |=
		    has_platform(lookup, path, (int)(slash - path), machine->platforms);
}

/*
 * Returns 1 if the loader uses the file, 0 if it skips it, -1 after a warning if it fails there.
 * It uses the first file that it can open: glibc skips files of another class or machine
 * (elf/dl-load.c open_verify()), musl skips none.
 */
static int
check_object(const struct lookup *lookup, const char *path)
{
	const struct elf *by = &lookup->by->object->elf, *elf = &lookup->object->elf;
	const char *problem = NULL;

	if (lookup->object->kind != OBJECT_ELF)
		problem = "not a sound ELF file";
	else if (!elf_match(by, elf) &&
		 (lookup->process->search.musl || (by->is64 == elf->is64 && by->big != elf->big)))
		problem = "for another machine, and its loader stops there";
	else if (elf_match(by, elf) && (elf->type != ET_DYN || elf->dynamic_count == 0))
		problem = "not a shared library";
	if (problem == NULL)
		return elf_match(by, elf);
	if (!lookup->optional)
		message_warnx("cannot pack %s: its library %s is %s", lookup->by->entry->path, path,
			      problem);
	return -1;
}

/* Whether a file that SRC:DST puts at the candidate is planned: it has priority. */
static bool
is_given(const struct lookup *lookup, const char *path)
{
	char *located = plan_locate(lookup->libraries->plan, path);
	const struct plan_entry *entry =
	    located != NULL ? plan_find(lookup->libraries->plan, located) : NULL;

	free(located);
	return entry != NULL && !entry->in_place && !entry->moved;
}

/*
 * Tries a candidate next to the object that needs it, for try_file(). Returns 0 if it does not
 * exist.
 */
static int
try_near_origin(struct lookup *lookup, const char *path, enum search_place place)
{
	struct stat stat;
	int result = 0;

	/* These contain no $ORIGIN. */
	if (place == SEARCH_CACHE || place == SEARCH_DEFAULT)
		return 0;
	lookup->real = find_near_origin(lookup, path, &lookup->from, &stat);
	if (lookup->real == NULL)
		return 0;
	if (S_ISREG(stat.st_mode) && !is_given(lookup, path) &&
	    (lookup->object = object_get(&lookup->libraries->objects, lookup->real)) != NULL)
		result = check_object(lookup, lookup->real);
	if (result == 1) {
		lookup->found = (struct source_found){.stat = stat};
		lookup->place = place;
		lookup->path = xstrdup(path);
		return 1;
	}
	free(lookup->from);
	free(lookup->real);
	lookup->from = lookup->real = NULL;
	return result;
}

/* Checks one candidate, for search_library(). */
static int
try_file(void *context, const char *path, enum search_place place)
{
	struct lookup *lookup = context;
	const char *by = lookup->by->entry->path;
	int result = -1, near;

	if (interrupt_signal() != 0)
		return -1;
	record_variant(lookup, path, place);
	if ((near = try_near_origin(lookup, path, place)) != 0)
		return near;
	if (path[0] != '/') {
		if (!lookup->optional)
			message_warnx("cannot pack %s: it looks for %s in its current directory",
				      by, path);
		return -1;
	}
	if (source_find(lookup->libraries->source, lookup->libraries->plan, path, &lookup->found) !=
	    0) {
		if (errno == ELOOP && !lookup->optional)
			message_warn("cannot pack %s: its library %s", by, path);
		return errno == ELOOP ? -1 : 0;
	}
	if (!S_ISREG(lookup->found.stat.st_mode)) {
		if (!lookup->optional)
			message_warnx("cannot pack %s: its library %s is not a regular file", by,
				      path);
		goto out;
	}
	lookup->object = libraries_object(lookup->libraries, &lookup->found);
	if (lookup->object != NULL)
		result = check_object(lookup, path);
	else if (!lookup->optional)
		message_warn("cannot read %s, a library of %s", path, by);
	if (result == 1) {
		lookup->place = place;
		lookup->path = xstrdup(path);
		return 1;
	}
out:
	source_release(&lookup->found);
	return result;
}

/*
 * Appends the directory of a candidate to the message, which is limited, as a file may list
 * thousands.
 */
static int
append_tried(void *context, const char *path, enum search_place place)
{
	enum { LONG = 2000 };
	struct lookup *lookup = context;
	const char *slash = strrchr(path, '/');
	bool is_long = lookup->tried != NULL && strlen(lookup->tried) > LONG;
	int length = (int)(place == SEARCH_NAMED ? strlen(path)
			   : slash == path	 ? 1
						 : (size_t)(slash - path));
	char *longer = xasprintf("%s%s%.*s", lookup->tried != NULL ? lookup->tried : "",
				 lookup->tried != NULL ? ", " : "", is_long ? 3 : length,
				 is_long ? "..." : path);

	free(lookup->tried);
	lookup->tried = longer;
	return is_long;
}

/* Ends the search at the first existing file. */
static int
find_existing(void *context, const char *path, enum search_place place)
{
	struct lookup *lookup = context;
	(void)place;

	if (!is_there(lookup, path))
		return 0;
	lookup->path = xstrdup(path);
	return 1;
}

/* Returns the word before a reason: "a library of", "by rule libgcc for", "loaded by". */
static const char *
article_of(const char *what)
{
	if (strcmp(what, "library of") == 0)
		return "a ";
	return strncmp(what, "rule ", strlen("rule ")) == 0 ? "by " : "";
}

/* Reports once that `name`, needed by this object, is missing. */
static void
report_missing(struct lookup *lookup, const char *name)
{
	struct libraries *libraries = lookup->libraries;
	const struct machine *machine = lookup->process->machine;
	char *key = xasprintf("%s\n%s", name, lookup->by->entry->path);
	const char *known = plan_string(libraries->plan, key);
	struct search search = lookup->process->search;
	const struct plan_entry *root = lookup->process->loaded[0]->entry;
	bool by_cache = libraries->has_cache && !search.musl && strchr(name, '/') == NULL;

	free(key);
	if (!libraries_is_new(&libraries->missing, known))
		return;
	search.variants = NULL; /* they would only lengthen the message */
	search_library(&search, &lookup->by->search, name, append_tried, lookup);
	search.variants = machine != NULL ? machine->hwcaps : NULL;
	if (!search.musl)
		search_library(&search, &lookup->by->search, name, find_existing, lookup);
	message_warnx("cannot find %s, %s%s %s: %s%s%slooked in %s%s%s%s", name,
		      article_of(lookup->why.what), lookup->why.what, lookup->why.of,
		      lookup->path != NULL ? "only " : "", lookup->path != NULL ? lookup->path : "",
		      lookup->path != NULL ? ", for some processors, exists; " : "",
		      lookup->tried != NULL ? lookup->tried : "",
		      by_cache && lookup->tried != NULL ? ", " : "",
		      by_cache ? LIBRARIES_CACHE : "",
		      root->tree != NULL && !root->program
			  ? "; pack only what a run needs with -t, or exclude files of "
			    "the tree with filter in a manifest"
			  : "");
	char *uncached = search.musl ? NULL : uncached_find(libraries, name);
	if (uncached != NULL)
		message_warnx("%s%s can be found only through %s, which does not exist: create it, "
			      "as root, with ldconfig -r %s",
			      libraries->source->root, uncached, LIBRARIES_CACHE,
			      libraries->source->root[0] != '\0' ? libraries->source->root : "/");
	free(uncached);
	free(lookup->tried);
	free(lookup->path);
	lookup->path = lookup->tried = NULL;
}

/* As record_variant(), for cache entries. */
static void
record_cached_variant(struct lookup *lookup, const char *name)
{
	const struct search *search = &lookup->process->search;
	const struct machine *machine = lookup->process->machine;
	const struct process_level *level = lookup->process->level;

	if (machine == NULL || level->hwcaps != NULL || level->platform != NULL)
		return;
	const char *found =
	    ldcache_find(search->cache, name, search->cache_flags, search->variants);
	lookup->has_variants |=
	    machine->hwcaps != NULL &&
	    ldcache_find(search->cache, name, search->cache_flags, machine->hwcaps) !=
		ldcache_find(search->cache, name, search->cache_flags, NULL);
	for (const struct machine_platform *p = machine->platforms;
	     search->variants != NULL && p != NULL && p->name != NULL; p++)
		lookup->has_platforms |=
		    ldcache_find(search->cache, name, search->cache_flags, p->legacy) != found;
}

/*
 * Whether a file of a tree that is not to be executed needs a library of the same tree that no
 * loader finds: the program that loads the file (java(1), for example) loads the library first.
 * Reported once for each library. Images by other programs do not record trees: there, the library
 * may be anywhere in the image.
 */
static bool
is_in_tree(const struct lookup *lookup, const char *name)
{
	const struct plan_entry *root = lookup->process->loaded[0]->entry, *by = lookup->by->entry;
	struct plan *plan = lookup->libraries->plan;
	const struct plan_entry *found = NULL;

	if (lookup->libraries->is_elsewhere != NULL &&
	    lookup->process->loaded[0]->object->elf.interpreter == NULL)
		return lookup->libraries->is_elsewhere(lookup->libraries->context, name);
	if (root->tree == NULL || root->program || by->tree == NULL || strchr(name, '/') != NULL)
		return false;
	for (size_t i = 0; i < plan->count && found == NULL; i++) {
		const struct plan_entry *entry = plan->entries[i];
		if (entry->tree == root->tree &&
		    (entry->type == PLAN_FILE || entry->type == PLAN_LINK) &&
		    strcmp(strrchr(entry->path, '/') + 1, name) == 0)
			found = entry;
	}
	if (found != NULL && libraries_is_new(&lookup->libraries->reported, found->path))
		message_warnx("note: %s needs %s, but no loader looks for it at %s: a program must "
			      "load the library first; a run under -t shows whether it does",
			      by->path, name, found->path);
	return found != NULL;
}

/*
 * Looks up `name`. Returns 1 if found, 0 if it is missing but optional, or -1 after a warning,
 * which is printed once for each name and object.
 */
static int
lookup_find(struct lookup *lookup, const char *name)
{
	const struct search *search = &lookup->process->search;
	int result = search_library(search, &lookup->by->search, name, try_file, lookup);

	if (search->cache != NULL && search->cache->has_hwcaps && !search->musl)
		record_cached_variant(lookup, name);
	if (result != 0 || lookup->optional)
		return lookup->optional && result < 0 ? 0 : result;
	if (is_in_tree(lookup, name))
		return 0;
	report_missing(lookup, name);
	return -1;
}

void
libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source)
{
	*libraries = (struct libraries){.plan = plan, .source = source};
	struct stat found;
	char *path = source_real(source, LIBRARIES_CACHE, &found);
	libraries->cache_map = path != NULL ? mapped_file(path, &libraries->cache_size) : NULL;
	free(path);
	/* The loader ignores a cache that is damaged or of another format, too. */
	libraries->has_cache =
	    libraries->cache_map != NULL &&
	    ldcache_open(&libraries->cache, libraries->cache_map, libraries->cache_size) == 0;
}

/* The plan or the objects own the strings of the trees. */
static void
free_nothing(void *unused)
{
	(void)unused;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether a string is in a set. */
static bool
libraries_has(void *const set, const char *string)
{
	return tfind(string, &set, compare_names) != NULL;
}

bool
libraries_is_new(void **set, const char *string)
{
	if (libraries_has(*set, string))
		return false;
	if (tsearch(string, set, compare_names) == NULL)
		memory_die();
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
	tdestroy(libraries->missing, free_nothing);
	tdestroy(libraries->checked, free_nothing);
	tdestroy(libraries->existing, free_nothing);
	tdestroy(libraries->recorded, free_nothing);
	tdestroy(libraries->reported, free_nothing);
}

/* Returns the object for a found file, or NULL with errno. */
static const struct object *
libraries_object(struct libraries *libraries, const struct source_found *found)
{
	if (found->entry != NULL && found->entry->source != NULL)
		return object_get(&libraries->objects, found->entry->source);
	char *path = source_path(libraries->source, found->path);
	const struct object *object = object_get(&libraries->objects, path);
	free(path);
	return object;
}

/* Returns the file through which the loader finds a library; NULL if it needs none. */
static const char *
loader_file_of(const struct process *process, const struct lookup *lookup)
{
	if (lookup->place == SEARCH_CACHE && !search_is_default(&process->search, lookup->path))
		return LIBRARIES_CACHE;
	return lookup->place == SEARCH_DEFAULT ? process->path_file : NULL;
}

/* Plans such a file. */
static int
add_loader_file(struct libraries *libraries, const char *path, struct plan_why why)
{
	struct source_found found;

	if (source_find(libraries->source, libraries->plan, path, &found) != 0) {
		message_warn("cannot find %s", path);
		return -1;
	}
	int result = source_add(libraries->source, libraries->plan, &found, why) != NULL ? 0 : -1;
	if (result != 0)
		message_warnx("cannot pack %s: %s", path, source_problem(errno));
	source_release(&found);
	return result;
}

/*
 * Finds, plans and loads a library as the loader does for `by`. Returns 1, 0 if it is optional and
 * missing, or -1 after a warning.
 */
static int
run_add_library(struct run *run, const struct loaded *by, const char *name,
		const struct run_wish *wish)
{
	struct libraries *libraries = run->libraries;
	struct lookup lookup = {.libraries = libraries,
				.process = &run->process,
				.by = by,
				.why = wish->why,
				.optional = wish->optional || run->optional};
	char full[PATH_MAX];
	int found = lookup_find(&lookup, name);

	run->has_variants |= lookup.has_variants;
	run->has_platforms |= lookup.has_platforms;
	if (found <= 0)
		return found;
	struct plan_entry *entry =
	    lookup.real != NULL
		? source_add_moved(libraries->source, libraries->plan, lookup.real,
				   &lookup.found.stat, lookup.path, wish->why)
		: source_add(libraries->source, libraries->plan, &lookup.found, wish->why);
	search_name(&run->process.search, &by->search, name, full);
	if (entry == NULL)
		message_warnx("cannot pack %s: %s", lookup.path, source_problem(errno));
	else if (!process_has_entry(&run->process, entry, full))
		process_load(&run->process, lookup.object, entry, lookup.path, lookup.from, full,
			     by);
	const char *loader_file = loader_file_of(&run->process, &lookup);
	struct plan_why why = {"way to", lookup.path};
	int result = entry == NULL || (loader_file != NULL &&
				       add_loader_file(libraries, loader_file, why) != 0)
			 ? -1
			 : 1;
	source_release(&lookup.found);
	free(lookup.path);
	free(lookup.from);
	free(lookup.real);
	return result;
}

static bool
run_has_library(const struct run *run, const struct loaded *by, const char *name)
{
	char full[PATH_MAX];

	return search_name(&run->process.search, &by->search, name, full) == 0 &&
	       process_has_name(&run->process, full);
}

/* Plans and loads the loader that the file names. */
static int
add_loader(struct run *run, const struct plan_entry *entry, const struct object *object)
{
	struct libraries *libraries = run->libraries;
	const char *path = object->elf.interpreter;
	struct plan_why why = {"loader of", entry->path};
	struct source_found found;
	int result = -1;

	if (path[0] != '/') {
		message_warnx("cannot pack %s: its loader %s is not an absolute path", entry->path,
			      path);
		return -1;
	}
	if (source_find(libraries->source, libraries->plan, path, &found) != 0) {
		message_warnx("cannot find %s, the loader of %s: %s", path, entry->path,
			      strerror(errno));
		return -1;
	}
	const struct object *loader =
	    S_ISREG(found.stat.st_mode) ? libraries_object(libraries, &found) : NULL;
	struct plan_entry *added = NULL;
	if (loader == NULL || loader->kind != OBJECT_ELF || !elf_match(&object->elf, &loader->elf))
		message_warnx(
		    "cannot pack %s: its loader %s is not an ELF file for the same machine",
		    entry->path, path);
	else if ((added = source_add(libraries->source, libraries->plan, &found, why)) == NULL)
		message_warnx("cannot pack %s: %s", path, source_problem(errno));
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

/*
 * Adds the dependencies of the objects from index `i` on, breadth first, as loaders do; the list
 * grows meanwhile. Returns 0, or -1 after warnings.
 */
static int
run_add_needs(struct run *run, size_t i)
{
	static const uint64_t tags[] = {DT_FILTER, DT_AUXILIARY, DT_NEEDED};
	const size_t first = run->process.search.musl ? 2 : 0;
	int result = 0;

	for (; i < run->process.count; i++) {
		const struct loaded *by = run->process.loaded[i];
		for (size_t t = first; t < 3; t++) {
			struct run_wish wish = {{"library of", by->entry->path},
						tags[t] == DT_AUXILIARY};
			void *seen = NULL; /* a repeated name is looked up once */
			const char *name;
			uint64_t at = 0;
			while (interrupt_signal() == 0 &&
			       (name = elf_next(&by->object->elf, tags[t], &at)) != NULL)
				if (libraries_is_new(&seen, name) &&
				    !run_has_library(run, by, name) &&
				    run_add_library(run, by, name, &wish) < 0)
					result = -1;
			tdestroy(seen, free_nothing);
		}
	}
	return result;
}

/*
 * Adds the audit libraries of glibc's loader, each with its dependencies in a separate namespace.
 * If one is missing, the loader reports it and continues.
 */
static void
add_audit(struct run *run, const struct plan_entry *entry, const struct object *object,
	  uint64_t tag)
{
	const struct run_wish wish = {{"library of", entry->path}, true};
	const char *list;
	uint64_t at = 0;

	if ((list = elf_next(&object->elf, tag, &at)) == NULL || run->process.search.musl)
		return;
	char *names = xstrdup(list), *rest = names, *name;
	while ((name = strsep(&rest, ":")) != NULL && interrupt_signal() == 0) {
		process_unload(&run->process);
		process_load(&run->process, object, entry, entry->path, NULL, entry->path, NULL);
		if (name[0] != '\0' &&
		    run_add_library(run, run->process.loaded[0], name, &wish) > 0)
			run_add_needs(run, 1);
	}
	free(names);
}

/* Adds the libraries of LD_PRELOAD, which the loader loads before all others. */
static int
add_preloaded(struct run *run, const struct plan_entry *entry)
{
	const struct run_wish wish = {{"preloaded for", entry->path}, false};
	char *names = xstrdup(run->given.preload), *rest = names, *name;
	int result = 0;

	while ((name = strsep(&rest, ": ")) != NULL && interrupt_signal() == 0)
		if (name[0] != '\0' &&
		    run_add_library(run, run->process.loaded[0], name, &wish) < 0)
			result = -1;
	free(names);
	return result;
}

/* Resolves the process for one kind of processor. */
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
libraries_add(struct libraries *libraries, const struct plan_entry *entry,
	      const struct object *object, struct libraries_given given, bool optional)
{
	const struct machine *machine = machine_of(&object->elf);
	struct run run = {.libraries = libraries, .given = given, .optional = optional};
	struct process_level level = {NULL, NULL};
	size_t count = 0;
	int result = run_process(&run, entry, object, &level);

	/* From the least capable processor to the best. */
	while (run.has_variants && machine->hwcaps[count] != NULL)
		count++;
	while (result == 0 && count-- > 0) {
		level.hwcaps = machine->hwcaps + count;
		result = run_process(&run, entry, object, &level);
	}
	/* With another value of $PLATFORM, the directories may not exist. */
	run.optional |= run.uses_platform;
	level.hwcaps = NULL;
	if (machine == NULL || !(run.uses_platform || run.has_platforms))
		return result;
	for (level.platform = machine->platforms;
	     result == 0 && level.platform != NULL && level.platform->name != NULL;
	     level.platform++)
		result = run_process(&run, entry, object, &level);
	return run.optional ? 0 : result;
}
