/* SPDX-License-Identifier: MIT */
/*
 * The objects of one process, as its loader maps them: the executable, the loader, the libraries in
 * order.
 */
#ifndef LULL_PACKER_PROCESS_H
#define LULL_PACKER_PROCESS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ldcache;
struct loader;
struct machine;
struct machine_platform;
struct object;
struct plan_entry;
struct source;

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
	 * Subdirectories of each directory that are looked in before it, "glibc-hwcaps/x86-64-v3"
	 * say, the best first, ended by NULL; NULL: none.
	 */
	const char *const *variants;
	uint32_t cache_flags; /* of the cache's entries for this machine; 0: any */
};

/* An object that needs a library. */
struct search_object {
	const char *rpath;   /* DT_RPATH, NULL: none */
	const char *runpath; /* DT_RUNPATH, NULL: none */
	const char *origin;  /* $ORIGIN: the directory that it was found in; the executable's with
				all links followed */
	const char *from;    /* the same directory on this machine, where the image has the object
				elsewhere; else NULL */
	bool nodeflib;	     /* DF_1_NODEFLIB */
	const struct search_object *loader; /* who needed it first; NULL: the executable */
};

enum search_place {
	SEARCH_NAMED,
	SEARCH_RPATH,
	SEARCH_GIVEN,
	SEARCH_RUNPATH,
	SEARCH_CACHE,
	SEARCH_DEFAULT
};

/*
 * Looks at one candidate: 0 to go on, anything else ends the search. A `path` that does not begin
 * with a slash would be looked for in the current directory of whoever starts the program.
 */
typedef int search_try(void *context, const char *path, enum search_place place);

/* What `try` ended the search with, or 0 if it never did. */
int search_library(const struct search *search, const struct search_object *by, const char *name,
		   search_try *try, void *context);

/*
 * The name that glibc takes `name` for, with its tokens replaced, in `out`; musl takes it as it is.
 * Returns 0, or -1.
 */
int search_name(const struct search *search, const struct search_object *by, const char *name,
		char out[PATH_MAX]);

/* Whether `path` is right in one of the default directories. */
bool search_is_default(const struct search *search, const char *path);

/* Whether musl takes `name` for the loader itself, which is its C library too. */
bool search_musl_is_loader(const char *name);

struct loaded {
	const struct object *object;
	const struct plan_entry *entry;
	char **names; /* under which its loader knows it, beside DT_SONAME; owned */
	size_t name_count;
	char *path;		     /* where it was found */
	struct search_object search; /* its origin and its place here are owned */
};

/* The processor that a process is gone through for. */
struct process_level {
	const char *const
	    *hwcaps; /* those of struct machine from the best that it has on; NULL: none */
	const struct machine_platform *platform; /* NULL: the machine's usual one */
};

enum { PROCESS_VARIANTS = 24 };

struct process {
	const struct machine *machine; /* NULL: one that is not known */
	struct loaded **loaded;
	size_t count;
	struct search search;
	char *directories[9]; /* what search.directories is made of, owned */
	char *path;	      /* search.path, owned, and the file it is from */
	char *path_file;      /* NULL: none */
	char *lib;
	const struct process_level *level;
	const char *variants[PROCESS_VARIANTS]; /* what search.variants is, where there are any */
	bool uses_platform;			/* some list of directories has $PLATFORM in it */
};

/*
 * Starts a process of `object`, to be ended by process_end(). `interpreter` is its loader's path,
 * or NULL for a library, which tells by the libraries it needs whether it is one of musl's.
 */
void process_start(struct process *process, const struct source *source,
		   const struct object *object, const char *interpreter,
		   const struct process_level *level);
/* Takes the directories that are built into the loader, where it is glibc's. */
void process_use_loader(struct process *process, const struct loader *loader);

/* Forgets all that is loaded. */
void process_unload(struct process *process);

void process_end(struct process *process);

/*
 * Adds an object, found at `path` in the image, and at `from` on this machine, or NULL where that
 * is the entry's source; asked for by `name`, first needed by `loader` or NULL.
 */
void process_load(struct process *process, const struct object *object,
		  const struct plan_entry *entry, const char *path, const char *from,
		  const char *name, const struct loaded *loader);

/*
 * Whether its loader takes `name` for what is loaded already, without a look at any file: glibc by
 * the names that it was asked for by, or its DT_SONAME (elf/dl-load.c _dl_map_object()); musl by
 * one short name (ldso/dynlink.c).
 */
bool process_has_name(const struct process *process, const char *name);

/*
 * Whether the file at `entry` is loaded, which loaders tell by device and inode. Where it is,
 * `name`, which has led to it, is one of its names from here on.
 */
bool process_has_entry(struct process *process, const struct plan_entry *entry, const char *name);

#endif
