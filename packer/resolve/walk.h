/* SPDX-License-Identifier: MIT */
/* A process being gone through, for libraries.c and loads.c. */
#ifndef LULL_PACKER_RUN_H
#define LULL_PACKER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "resolve/libraries.h"
#include "resolve/process.h"

struct run {
	struct libraries *libraries;
	struct process process;
	struct libraries_given given;
	bool optional;	    /* nothing in it must be found */
	bool has_variants;  /* set: better processors would take other files */
	bool has_platforms; /* set: so would those of another platform, where the loader is an old one */
	bool uses_platform; /* set: $PLATFORM is a part of where it looks */
};

/* A library that is asked for: why, and whether it may be missing. */
struct run_wish {
	struct plan_why why;
	bool optional;
};

/*
 * Finds, plans and loads a library as the loader does it for `by`. Returns 1, or 0 for an optional one that is not
 * there, or -1 after a warning.
 */
int run_add_library(struct run *run, const struct loaded *by, const char *name, const struct run_wish *wish);

/* Whether it is loaded. */
bool run_has_library(const struct run *run, const struct loaded *by, const char *name);

/*
 * Adds what the objects from index `i` on need, breadth first, as loaders do it; the list grows meanwhile. Returns 0,
 * or -1 after a warning each.
 */
int run_add_needs(struct run *run, size_t i);

#endif
