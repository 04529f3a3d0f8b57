/* SPDX-License-Identifier: MIT */
/* The objects of one process, as its loader maps them: the executable, the loader, the libraries in order. */
#ifndef LULL_PACKER_PROCESS_H
#define LULL_PACKER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "resolve/search.h"

struct loader;
struct machine;
struct machine_platform;
struct object;
struct plan_entry;
struct source;

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
	const char *const *hwcaps;		 /* those of struct machine from the best that it has on; NULL: none */
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
 * Starts a process of `object`, to be ended by process_end(). `interpreter` is its loader's path, or NULL for a
 * library, which tells by the libraries it needs whether it is one of musl's.
 */
void process_start(struct process *process, const struct source *source, const struct object *object,
		   const char *interpreter, const struct process_level *level);
/* Takes the directories that are built into the loader, where it is glibc's. */
void process_use_loader(struct process *process, const struct loader *loader);

/* Forgets all that is loaded. */
void process_unload(struct process *process);

void process_end(struct process *process);

/*
 * Adds an object, found at `path` in the image, and at `from` on this machine, or NULL where that is the entry's source;
 * asked for by `name`, first needed by `loader` or NULL.
 */
void process_load(struct process *process, const struct object *object, const struct plan_entry *entry,
		  const char *path, const char *from, const char *name, const struct loaded *loader);

/*
 * Whether its loader takes `name` for what is loaded already, without a look at any file: glibc by the names that it
 * was asked for by, or its DT_SONAME (elf/dl-load.c _dl_map_object()); musl by one short name (ldso/dynlink.c).
 */
bool process_has_name(const struct process *process, const char *name);

/*
 * Whether the file at `entry` is loaded, which loaders tell by device and inode. Where it is, `name`, which has led to
 * it, is one of its names from here on.
 */
bool process_has_entry(struct process *process, const struct plan_entry *entry, const char *name);

#endif
