/* SPDX-License-Identifier: MIT */
/* What is named on the command line: programs, files, trees of files, init. */
#ifndef LULL_PACKER_PAYLOAD_H
#define LULL_PACKER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct closure;

/* A link to a program, planned only when all that is named has its place. */
struct payload_link {
	char *path; /* as it was asked for, and where that leads */
	char *target;
	char *name; /* by which the program was asked for */
};

struct payload {
	struct closure *closure;
	struct payload_link *links;
	size_t count;
	char *init;	  /* what becomes /init; NULL: it was not found */
	bool init_is_own; /* and that is Lull's own, which answers to further names */
};

/* All return 0, or -1 after a warning. */

/* Before all others: finds what becomes /init, the file that --init names, or Lull's own, with `file` NULL. */
int payload_start(struct payload *payload, struct closure *closure, const char *file);

/* -b: a name that is looked up, or a path; it gets a link in /bin where its directory is not in init's PATH. */
int payload_binary(struct payload *payload, const char *name);

/* Whether "SRC:DST" or "SRC" names a SRC. */
bool payload_has_source(const char *spec);

/* Whether "SRC:DST" has a DST, which begins with a slash. */
bool payload_has_destination(const char *spec);

/* -f: "SRC" or "SRC:DST", a file or a directory with all that is in it. */
int payload_file(struct payload *payload, const char *spec);

/* Plans /init. */
int payload_init(struct payload *payload);

/* Plans the links that had to wait; the payload is then used up. */
int payload_finish(struct payload *payload);

#endif
