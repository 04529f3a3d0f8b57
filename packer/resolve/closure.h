/* SPDX-License-Identifier: MIT */
/*
 * Dependencies of the planned files: loaders and libraries of ELF files, interpreters of scripts,
 * and the dependencies of these. Found by reading files; nothing is executed.
 */
#ifndef LULL_PACKER_CLOSURE_H
#define LULL_PACKER_CLOSURE_H

#include <stddef.h>

#include "plan/filter.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/libraries.h"

/* A planned link of a tree; its target is resolved after all files are placed. */
struct closure_link {
	const char *path;
	const char *from; /* the link on this machine */
	const char *spec; /* the words that requested the tree */
};

/* An environment in which a program is started. */
struct closure_given {
	const struct plan_entry *entry;
	struct libraries_given given;
};

struct closure {
	struct plan *plan;
	const struct source *source;
	const char *path; /* PATH in which programs that env(1) starts are looked up */
	struct libraries libraries;
	struct plan_entry **wanted;
	size_t count;
	struct closure_given *given;
	size_t given_count;
	struct closure_link *links;
	size_t link_count;
	struct filters filters; /* of trees */
	const char *tree;	/* path in the image of the tree being planned; NULL: none */
};

void closure_start(struct closure *closure, struct plan *plan, const struct source *source,
		   const char *path);
void closure_end(struct closure *closure);

/* Queues a planned file: closure_run() plans its dependencies. */
void closure_want(struct closure *closure, struct plan_entry *entry);

/*
 * Queues a file that others load, or only read: its own missing dependencies are no errors, unless
 * closure_want() queues it too.
 */
void closure_want_loaded(struct closure *closure, struct plan_entry *entry);

/*
 * Queues a file to be executed. Returns 0, or -1 after a warning if the kernel cannot execute it.
 */
int closure_want_program(struct closure *closure, struct plan_entry *entry);

/*
 * Records an environment in which a program is started; strings are copied. A program without any
 * record is resolved with an empty environment.
 */
void closure_give(struct closure *closure, const struct plan_entry *entry,
		  struct libraries_given given);

/*
 * Checks, after all dependencies are planned, that /init is for the same machine as the programs.
 * Returns 0, or -1 after a warning.
 */
int closure_check_init(struct closure *closure);

/* Queues a planned link: place_links() plans its target. */
void closure_want_link(struct closure *closure, const char *path, const char *from,
		       struct plan_why why);

/*
 * Plans the dependencies of all queued files; call it again after more are queued. Returns the
 * number of files with missing dependencies, each after a warning.
 */
size_t closure_run(struct closure *closure);

#endif
