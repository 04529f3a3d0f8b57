/* SPDX-License-Identifier: MIT */
/* Reads manifests and plans their lines. Messages begin with FILE:LINE. */
#ifndef LULL_PACKER_MANIFESTS_H
#define LULL_PACKER_MANIFESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "input/manifest.h"

struct closure;
struct items;

struct manifests_file {
	const char *name; /* for messages */
	char *directory;  /* absolute; relative names start there */
	struct manifest manifest;
};

struct manifests {
	struct manifests_file *files;
	size_t count;
	bool report_skipped; /* programs that `try` skips */
};

/*
 * Reads all manifests, even after errors; "-" is standard input. Returns 0; or the exit status
 * after a warning for each problem: 2 for an invalid manifest, 3 for a read error.
 */
int manifests_read(struct manifests *manifests, const char *const *files, size_t count);
void manifests_free(struct manifests *manifests);

/* The order in which lines are planned, independent of their order in the files. */
enum manifests_turn {
	MANIFESTS_FILTERS,
	MANIFESTS_PROGRAMS, /* bin, try, and the programs of trace */
	MANIFESTS_KEEPING,  /* file and tree that keep their path */
	MANIFESTS_MOVED,    /* file and tree with DST or a relative SRC */
	MANIFESTS_ENTRIES,  /* link, dir, node */
	MANIFESTS_MODULES,
	MANIFESTS_TRACES, /* the commands of trace */
};

/* Returns whether any manifest has a line with this word. */
bool manifests_have(const struct manifests *manifests, enum manifest_word word);

/* Plans the lines of one turn. Returns the number of lines that failed, each after a warning. */
size_t manifests_plan(const struct manifests *manifests, struct items *items,
		      enum manifests_turn turn);

/* Returns the number of filters that matched nothing, each after a warning. Trees are planned. */
size_t manifests_unused_filters(const struct closure *closure);

#endif
