/* SPDX-License-Identifier: MIT */
/*
 * What the planned files need to run: the loader and libraries of ELF files, the interpreters of
 * scripts, and what these need. Found by reading; nothing is ever executed.
 */
#ifndef LULL_PACKER_CLOSURE_H
#define LULL_PACKER_CLOSURE_H

#include <stddef.h>

#include "plan/filter.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/libraries.h"

/* A planned link of a tree, whose target is looked for when everything has its place. */
struct closure_link {
	const char *path;
	const char *from; /* the link on this machine */
	const char *spec; /* the words that asked for the tree */
};

/* What a program is given where it is started so. */
struct closure_given {
	const struct plan_entry *entry;
	struct libraries_given given;
};

struct closure {
	struct plan *plan;
	const struct source *source;
	const char *path; /* of PATH: where env's programs are looked for */
	struct libraries libraries;
	struct plan_entry **wanted;
	size_t count;
	struct closure_given *given;
	size_t given_count;
	struct closure_link *links;
	size_t link_count;
	struct filters filters; /* of trees */
	const char *tree; /* the one that is being planned, its path in the image; NULL: none */
};

void closure_start(struct closure *closure, struct plan *plan, const struct source *source,
		   const char *path);
void closure_end(struct closure *closure);

/* Notes a planned file whose needs are to be planned too. */
void closure_want(struct closure *closure, struct plan_entry *entry);

/*
 * The same for what others load, or only read: what it lacks by itself is not missing. Where it is
 * wanted as a whole too, that counts.
 */
void closure_want_loaded(struct closure *closure, struct plan_entry *entry);

/*
 * The same for what is to be executed. Returns 0, or -1 after a warning that the kernel would not
 * execute it.
 */
int closure_want_program(struct closure *closure, struct plan_entry *entry);

/*
 * Notes that a program is started with this environment, of which strings are copied; the needs of
 * one of which nothing is noted are those without any.
 */
void closure_give(struct closure *closure, const struct plan_entry *entry,
		  struct libraries_given given);

/*
 * Once all needs are planned: whether /init is for the machine that the programs are for. Returns
 * 0, or -1 after a warning.
 */
int closure_check_init(struct closure *closure);

/* Notes a planned link whose target is to be planned too, for place_links(). */
void closure_want_link(struct closure *closure, const char *path, const char *from,
		       struct plan_why why);

/*
 * Plans all needs; again, once more is wanted. Returns the number of files with something missing,
 * each after a warning.
 */
size_t closure_run(struct closure *closure);

#endif
