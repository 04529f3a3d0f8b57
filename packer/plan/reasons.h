/* SPDX-License-Identifier: MIT */
/*
 * The manifest in an image, REASONS_FILE: sorted lines of fields separated by tabs,
 *
 *	TYPE MODE SIZE PATH [WHAT OF]...
 *
 * TYPE to PATH are as --plan prints them; the reasons follow: "library of" and "/usr/bin/ls". The
 * same files give the same bytes, in any order on the command line: implied directories and links
 * to planned entries have no reasons, and SRC replaces the path of a file on this machine. The
 * manifest's own SIZE is "-". Pure.
 */
#ifndef LULL_PACKER_REASONS_H
#define LULL_PACKER_REASONS_H

#include <stddef.h>

#include "plan/plan.h"

#define REASONS_FILE "/etc/lull/manifest"

/* Returns the manifest of a sorted plan, to be freed. */
char *reasons_write(const struct plan *plan);

struct reasons_line {
	const char *path;
	struct plan_why *whys;
	size_t count;
};

struct reasons {
	struct reasons_line *lines; /* sorted by the bytes of their paths */
	size_t count;
	char *text; /* buffer of all strings */
};

/*
 * Parses a manifest. Returns 0, and the caller passes `reasons` to reasons_free(); or -1 with
 * *line, the number of the first invalid line, from 1.
 */
int reasons_read(struct reasons *reasons, const char *text, size_t length, size_t *line);
void reasons_free(struct reasons *reasons);

/* Returns the line of exactly this path, or NULL. */
const struct reasons_line *reasons_find(const struct reasons *reasons, const char *path);

/*
 * Returns the option or word behind a reason: "-t" for "opened by -t", which a traced run did; else
 * `what` itself.
 */
const char *reasons_asked(const char *what);

/*
 * Returns whether a reason refers to another file of the image; otherwise the user requested the
 * entry, or every image has it.
 */
bool reasons_is_of_file(const struct plan_why *why);

#endif
