/* SPDX-License-Identifier: MIT */
/*
 * The objects of one process in the order in which its loader maps them: executable, loader,
 * libraries.
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

/* Search parameters that all objects of a process share. */
struct search {
	bool musl;
	const char *const *directories; /* default ones, ending with NULL; unused with musl */
	const struct ldcache *cache;	/* NULL: none */
	const char *path;		/* musl: directories, separated by colons or newlines */
	const char *given;		/* LD_LIBRARY_PATH, absolute paths only; NULL: none */
	const char *lib;		/* $LIB; NULL: not replaced */
	const char *platform;		/* $PLATFORM */
	/*
	 * Subdirectories searched before each directory, such as "glibc-hwcaps/x86-64-v3", best
	 * first, ending with NULL; NULL: none.
	 */
	const char *const *variants;
	uint32_t cache_flags; /* flags of cache entries for this machine; 0: any */
};

/* An object that needs a library. */
struct search_object {
	const char *rpath;   /* DT_RPATH, NULL: none */
	const char *runpath; /* DT_RUNPATH, NULL: none */
	const char *origin;  /* $ORIGIN: directory where the object was found; for the executable,
				with all links resolved */
	const char *from;    /* it on this machine, if the image has it elsewhere; else NULL */
	bool nodeflib;	     /* DF_1_NODEFLIB */
	const struct search_object *loader; /* first to need it; NULL: the executable */
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
 * Checks one candidate: returns 0 to continue, any other value to end the search. A `path` without
 * a leading slash is relative to the current directory of the process.
 */
typedef int search_try(void *context, const char *path, enum search_place place);

/* Returns the value with which `try` ended the search, or 0. */
int search_library(const struct search *search, const struct search_object *by, const char *name,
		   search_try *try, void *context);

/*
 * Copies `name` to `out`, with its tokens replaced as glibc does; musl uses it unchanged. Returns
 * 0, or -1 if it does not fit.
 */
int search_name(const struct search *search, const struct search_object *by, const char *name,
		char out[PATH_MAX]);

/* Whether `path` is directly in one of the default directories. */
bool search_is_default(const struct search *search, const char *path);

/* Whether `name` is musl's loader itself, which is its C library too. */
bool search_musl_is_loader(const char *name);

struct loaded {
	const struct object *object;
	const struct plan_entry *entry;
	char **names; /* names known to the loader, besides DT_SONAME; owned */
	size_t name_count;
	char *path;		     /* where it was found */
	struct search_object search; /* its `origin` and `from` are owned */
};

/* The processor for which a process is resolved. */
struct process_level {
	const char *const *hwcaps; /* hwcaps of struct machine, from its best one on; NULL: none */
	const struct machine_platform *platform; /* NULL: the usual one */
};

enum { PROCESS_VARIANTS = 24 };

struct process {
	const struct machine *machine; /* NULL: unknown */
	struct loaded **loaded;
	size_t count;
	struct search search;
	char *directories[9]; /* contents of search.directories, owned */
	char *path;	      /* search.path, owned */
	char *path_file;      /* the file that contains search.path; NULL: none */
	char *lib;
	const struct process_level *level;
	const char *variants[PROCESS_VARIANTS]; /* contents of search.variants, if any */
	bool uses_platform;			/* some search path contains $PLATFORM */
};

/*
 * Starts a process of `object`, to be ended with process_end(). `interpreter` is the path of its
 * loader; NULL for a library, whose own DT_NEEDED decides whether it uses musl.
 */
void process_start(struct process *process, const struct source *source,
		   const struct object *object, const char *interpreter,
		   const struct process_level *level);
/* Uses the directories built into the loader, if it is glibc's. */
void process_use_loader(struct process *process, const struct loader *loader);

/* Unloads all objects. */
void process_unload(struct process *process);

void process_end(struct process *process);

/*
 * Loads an object, found at `path` in the image, and at `from` on this machine (NULL: the entry's
 * source). It was requested as `name`; `loader` needed it first, or is NULL.
 */
void process_load(struct process *process, const struct object *object,
		  const struct plan_entry *entry, const char *path, const char *from,
		  const char *name, const struct loaded *loader);

/*
 * Whether the loader considers `name` loaded without opening a file: glibc compares the names that
 * were requested and DT_SONAME (elf/dl-load.c _dl_map_object()); musl compares one short name
 * (ldso/dynlink.c).
 */
bool process_has_name(const struct process *process, const char *name);

/*
 * Whether the file at `entry` is loaded, which loaders detect by device and inode. If so, adds
 * `name`, which led to it, to its names.
 */
bool process_has_entry(struct process *process, const struct plan_entry *entry, const char *name);

#endif
