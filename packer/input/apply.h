/* SPDX-License-Identifier: MIT */
/* Reads manifests and plans their lines. Messages begin with FILE:LINE. */
#ifndef LULL_PACKER_APPLY_H
#define LULL_PACKER_APPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "input/manifest.h"

struct closure;
struct payload;

struct apply_file {
	const char *name; /* for messages */
	char *directory;  /* absolute; relative names start there */
	struct manifest manifest;
};

struct apply {
	struct apply_file *files;
	size_t count;
	bool report_skipped; /* programs that `try` skips */
};

/*
 * Reads all manifests, even after errors; "-" is standard input. Returns 0; or the exit status
 * after a warning for each problem: 2 for an invalid manifest, 3 for a read error.
 */
int apply_read(struct apply *apply, const char *const *files, size_t count);
void apply_free(struct apply *apply);

/* The order in which lines are planned, independent of their order in the files. */
enum apply_turn {
	APPLY_FILTERS,
	APPLY_PROGRAMS, /* bin, try, and the programs of trace */
	APPLY_KEEPING,	/* file and tree that keep their path */
	APPLY_MOVED,	/* file and tree with DST or a relative SRC */
	APPLY_ENTRIES,	/* link, dir, node */
	APPLY_MODULES,
	APPLY_TRACES, /* the commands of trace */
};

/* Returns whether any manifest has a line with this word. */
bool apply_has(const struct apply *apply, enum manifest_word word);

/* Plans the lines of one turn. Returns the number of lines that failed, each after a warning. */
size_t apply_turn(const struct apply *apply, struct payload *payload, enum apply_turn turn);

/* Returns the number of filters that matched nothing, each after a warning. Trees are planned. */
size_t apply_unused_filters(const struct closure *closure);

#endif
