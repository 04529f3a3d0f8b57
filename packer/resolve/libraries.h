/* SPDX-License-Identifier: MIT */
/*
 * Libraries of an ELF file, looked up as its loader does. The lookup goes through a whole process
 * in the loader's order: the result depends on the object that loaded the requesting one
 * (DT_RPATH), and a name that is already loaded is not looked up again.
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

/* A rule with files to pack, for rule_files_add(). */
struct libraries_noted {
	enum rule_number rule;
	const char *of;	 /* path of the object that triggers the rule */
	const char *lib; /* value of $LIB; NULL: none */
};

/* Environment variables for the loader (ld.so(8)); NULL: not set. */
struct libraries_given {
	const char *path;    /* absolute directories of LD_LIBRARY_PATH, separated by colons */
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
	const struct object *loader_object; /* the loader read last, and its contents */
	struct loader loader;
	/* Search trees of strings, which the plan owns: */
	void *missing;		   /* reported as missing */
	void *checked, *existing;  /* directories for certain processors */
	void *recorded, *reported; /* rules, and printed notes */
	struct libraries_noted *noted;
	size_t noted_count;
	struct rule_words words[RULES];
	/* The last lookup of a version: the C library, the version, and whether it defines that. */
	const struct object *version_object;
	const char *version;
	bool has_version;
	bool reports_left_out; /* report libraries that programs load but packer leaves out */
	/*
	 * Whether a file with this name is elsewhere in the image, where a program other than the
	 * loader may load it; NULL: unknown.
	 */
	bool (*is_elsewhere)(const void *context, const char *name);
	const void *context;
};

void libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source);
void libraries_end(struct libraries *libraries);
bool libraries_is_new(void **set, const char *string);

/*
 * Plans the loader and all libraries of `object`, planned at `entry`, including those that it
 * loads at run time, in a process with the environment `given`. If `optional`, missing libraries
 * are no errors. Returns 0, or -1 after warnings.
 */
int libraries_add(struct libraries *libraries, const struct plan_entry *entry,
		  const struct object *object, struct libraries_given given, bool optional);

struct run {
	struct libraries *libraries;
	struct process process;
	struct libraries_given given;
	bool optional;	    /* missing libraries are no errors */
	bool has_variants;  /* set: better processors would load other files */
	bool has_platforms; /* set: processors of other platforms would, with an old loader */
	bool uses_platform; /* set: $PLATFORM is in a search path */
};

/*
 * Looks up a library in the directories of /etc/ld.so.conf and of the files that it includes, if
 * there is no cache. Returns its path, to be freed; NULL if it is not found or there is a cache.
 */
char *uncached_find(const struct libraries *libraries, const char *name);

#endif
