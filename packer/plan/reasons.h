/* SPDX-License-Identifier: MIT */
/*
 * The manifest that an image holds of itself, REASONS_FILE: sorted lines of fields with a tab
 *between,
 *
 *	TYPE MODE SIZE PATH [WHAT OF]...
 *
 * TYPE to PATH as --plan prints them, then the reasons, "library of" and "/usr/bin/ls". The same
 *files give the same bytes, in whatever order they are named: a directory that is there for what is
 *in it and a link that leads to something have no reasons, and where a file came from on the
 *machine is not told, SRC stands for it. The manifest's own SIZE is "-". Pure.
 */
#ifndef LULL_PACKER_REASONS_H
#define LULL_PACKER_REASONS_H

#include <stddef.h>

#include "plan/plan.h"

#define REASONS_FILE "/etc/lull/manifest"

/* The manifest of a sorted plan, to be freed. */
char *reasons_write(const struct plan *plan);

struct reasons_line {
	const char *path;
	struct plan_why *whys;
	size_t count;
};

struct reasons {
	struct reasons_line *lines; /* by the bytes of their paths */
	size_t count;
	char *text; /* what all strings are in */
};

/*
 * Reads a manifest. Returns 0 with `reasons` to be given to reasons_free(), or -1 with *line, from
 * 1, of what is none.
 */
int reasons_read(struct reasons *reasons, const char *text, size_t length, size_t *line);
void reasons_free(struct reasons *reasons);

/* The line of exactly this path, or NULL. */
const struct reasons_line *reasons_find(const struct reasons *reasons, const char *path);

/*
 * What was asked for by a reason's `what`: "-t" of "opened by -t", which is what a traced run has
 * done with the file; else `what` itself.
 */
const char *reasons_asked(const char *what);

/*
 * Whether a reason is about another file of the image; otherwise something was asked for, or every
 * image has it.
 */
bool reasons_is_of_file(const struct plan_why *why);

#endif
