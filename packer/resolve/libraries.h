/* SPDX-License-Identifier: MIT */
/*
 * The libraries of an ELF file, found as its loader will find them: the whole of a process is gone
 * through in the loader's order, since what an object finds depends on who loaded it (DT_RPATH),
 * and since a name that is loaded is not looked for again.
 */
#ifndef LULL_PACKER_LIBRARIES_H
#define LULL_PACKER_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

#include "elf/ldcache.h"
#include "elf/loader.h"
#include "elf/object.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/process.h"
#include "resolve/rule_words.h"

/* A rule that has files to be packed, for rule_files_add(). */
struct libraries_noted {
	enum rule_number rule;
	const char *of;	 /* the path of the object for which it counts */
	const char *lib; /* what $LIB stands for; NULL: nothing */
};

/* What the environment of a process says to its loader (ld.so(8)); NULL: nothing. */
struct libraries_given {
	const char *path;    /* LD_LIBRARY_PATH, its absolute directories, with colons between */
	const char *preload; /* LD_PRELOAD */
};

struct libraries {
	struct plan *plan;
	const struct source *source;
	struct objects objects;
	void *cache_map;
	size_t cache_size;
	struct ldcache cache; /* valid if `has_cache` */
	bool has_cache;
	const struct object *loader_object; /* the last that was read, and what it has */
	struct loader loader;
	/* Search trees of strings, which are the plan's: */
	void *missing;		  /* what was reported already */
	void *looked_for, *there; /* directories for special processors, and those that exist */
	void *noted_once, *told;  /* of rules, and of what is left out */
	struct libraries_noted *noted;
	size_t noted_count;
	struct rule_words words[RULES];
	const struct object
	    *asked; /* a C library, for which version it was asked, and the answer */
	const char *asked_version;
	bool answer;
	bool tell; /* what is left out though a program would load it */
	/*
	 * Whether a file of that name is elsewhere, from where another than the loader may bring
	 * it; NULL: not known.
	 */
	bool (*is_elsewhere)(const void *context, const char *name);
	const void *context;
};

void libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source);
void libraries_end(struct libraries *libraries);
bool libraries_is_new(void **set, const char *string);

/*
 * Plans the loader and all libraries of `object`, which is at `entry`, those that it loads at run
 * time too, in a process that is given `given`. With `optional` none must be there. Returns 0, or
 * -1 after a warning each.
 */
int libraries_add(struct libraries *libraries, const struct plan_entry *entry,
		  const struct object *object, struct libraries_given given, bool optional);

struct run {
	struct libraries *libraries;
	struct process process;
	struct libraries_given given;
	bool optional;	    /* nothing in it must be found */
	bool has_variants;  /* set: better processors would take other files */
	bool has_platforms; /* set: so would those of another platform, where the loader is an old
			       one */
	bool uses_platform; /* set: $PLATFORM is a part of where it looks */
};

/*
 * The path, to be freed, of the library `name` in a directory of /etc/ld.so.conf or of the files
 * that it includes, where there is no cache; NULL: in none, or there is a cache.
 */
char *uncached_find(const struct libraries *libraries, const char *name);

#endif
