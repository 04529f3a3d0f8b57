/* SPDX-License-Identifier: MIT */
/*
 * The libraries of an ELF file, found as its loader will find them: the whole of a process is gone through in the
 * loader's order, since what an object finds depends on who loaded it (DT_RPATH), and since a name that is loaded is
 * not looked for again.
 */
#ifndef LULL_PACKER_LIBRARIES_H
#define LULL_PACKER_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

#include "ldcache.h"
#include "loader.h"
#include "object.h"
#include "plan.h"
#include "source.h"

#define LIBRARIES_CACHE "/etc/ld.so.cache"

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
};

void libraries_start(struct libraries *libraries, struct plan *plan, const struct source *source);
void libraries_end(struct libraries *libraries);

/* Whether a string is in a set, and whether it is put in only now. It must stay. */
bool libraries_has(void *set, const char *string);
bool libraries_is_new(void **set, const char *string);

/* What was found as a file that can be read, or NULL with errno. */
const struct object *libraries_object(struct libraries *libraries, const struct source_found *found);

/* Plans the loader and all libraries of `object`, which is at `entry`. Returns 0, or -1 after a warning each. */
int libraries_add(struct libraries *libraries, const struct plan_entry *entry, const struct object *object);

#endif
