/* SPDX-License-Identifier: MIT */
/*
 * Where a loader looks for a library, in order. glibc: ld.so(8), and elf/dl-load.c _dl_map_object() where the page is
 * silent; musl: ldso/dynlink.c load_library(). Pure: candidates go to a function, which looks at the files.
 * LD_LIBRARY_PATH is that of an experiment; packer's own is not the image's.
 */
#ifndef LULL_PACKER_SEARCH_H
#define LULL_PACKER_SEARCH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct ldcache;

/* The loader: what is the same for all objects of a process. */
struct search {
	bool musl;
	const char *const *directories; /* the default ones, ended by NULL; unused with musl */
	const struct ldcache *cache;	/* NULL: none */
	const char *path;		/* musl: the directories, separated by colons or newlines */
	const char *given;		/* LD_LIBRARY_PATH, of absolute paths; NULL: none */
	const char *lib;		/* $LIB; NULL: left as it stands */
	const char *platform;		/* $PLATFORM */
	/*
	 * Subdirectories of each directory that are looked in before it, "glibc-hwcaps/x86-64-v3" say, the best first,
	 * ended by NULL; NULL: none.
	 */
	const char *const *variants;
	uint32_t cache_flags; /* of the cache's entries for this machine; 0: any */
};

/* An object that needs a library. */
struct search_object {
	const char *rpath;   /* DT_RPATH, NULL: none */
	const char *runpath; /* DT_RUNPATH, NULL: none */
	const char *origin;  /* $ORIGIN: the directory that it was found in; the executable's with all links followed */
	const char *from;    /* the same directory on this machine, where the image has the object elsewhere; else NULL */
	bool nodeflib;	     /* DF_1_NODEFLIB */
	const struct search_object *loader; /* who needed it first; NULL: the executable */
};

enum search_place { SEARCH_NAMED, SEARCH_RPATH, SEARCH_GIVEN, SEARCH_RUNPATH, SEARCH_CACHE, SEARCH_DEFAULT };

/*
 * Looks at one candidate: 0 to go on, anything else ends the search. A `path` that does not begin with a slash would be
 * looked for in the current directory of whoever starts the program.
 */
typedef int search_try(void *context, const char *path, enum search_place place);

/* What `try` ended the search with, or 0 if it never did. */
int search_library(const struct search *search, const struct search_object *by, const char *name, search_try *try,
		   void *context);

/* The name that glibc takes `name` for, with its tokens replaced, in `out`; musl takes it as it is. Returns 0, or -1. */
int search_name(const struct search *search, const struct search_object *by, const char *name, char out[PATH_MAX]);

/* Whether `path` is right in one of the default directories. */
bool search_is_default(const struct search *search, const char *path);

/* Whether musl takes `name` for the loader itself, which is its C library too. */
bool search_musl_is_loader(const char *name);

#endif
