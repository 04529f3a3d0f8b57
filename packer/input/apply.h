/* SPDX-License-Identifier: MIT */
/* Manifests: read, and what they ask for planned. Messages begin with FILE:LINE. */
#ifndef LULL_PACKER_APPLY_H
#define LULL_PACKER_APPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "input/manifest.h"

struct closure;
struct payload;

struct apply_file {
	const char *name; /* for messages */
	char *directory;  /* absolute: where relative names in it begin */
	struct manifest manifest;
};

struct apply {
	struct apply_file *files;
	size_t count;
	bool tell; /* what `try` leaves out */
};

/*
 * Reads all of them, "-" being standard input, whatever is wrong. Returns 0; or the status to end
 * with, after a warning for each problem: 2 for what is not a manifest, 3 for what cannot be read.
 */
int apply_read(struct apply *apply, const char *const *files, size_t count);
void apply_free(struct apply *apply);

/* The order in which lines are planned, whatever theirs in the files is. */
enum apply_turn {
	APPLY_FILTERS,
	APPLY_PROGRAMS, /* bin, try, and those of trace */
	APPLY_KEEPING,	/* file and tree without DST, */
	APPLY_MOVED,	/* and with */
	APPLY_ENTRIES,	/* link, dir, node */
	APPLY_MODULES,
	APPLY_TRACES, /* the commands */
};

/* Whether there is such a word in any of them. */
bool apply_has(const struct apply *apply, enum manifest_word word);

/*
 * Plans what has its turn. Returns the number of lines that cannot be packed, each after a warning.
 */
size_t apply_turn(const struct apply *apply, struct payload *payload, enum apply_turn turn);

/* When all trees are planned: the number of filters that left nothing out, each after a warning. */
size_t apply_unused_filters(const struct closure *closure);

#endif
