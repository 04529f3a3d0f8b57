/* SPDX-License-Identifier: MIT */
/* One library being looked for: the files that its loader would try, up to the one that it would take. */
#ifndef LULL_PACKER_ATTEMPT_H
#define LULL_PACKER_ATTEMPT_H

#include <stdbool.h>

#include "resolve/libraries.h"
#include "resolve/process.h"

struct attempt {
	struct libraries *libraries;
	const struct process *process;
	const struct loaded *by;     /* who needs it */
	struct plan_why why;	     /* for a message: it is that, "library of", of whom */
	bool optional;		     /* it is no error, and nothing is told, if there is none */
	bool has_variants;	     /* set: some processors would take another file (glibc-hwcaps), */
	bool has_platforms;	     /* or may (the directories of other platforms) */
	const struct object *object; /* what was found, with what follows, to be released but for the place */
	struct source_found found;
	enum search_place place;
	char *path;
	char *from; /* where it is beside who needs it on this machine, if that is elsewhere than in the image; or NULL */
	char *real; /* and what that leads to */
	char *tried; /* directories, for a message */
};

/*
 * Looks for `name`. Returns 1 with what was found, 0 if it is not there but optional, or -1 after a warning, which is
 * given once for a name and who needs it.
 */
int attempt_find(struct attempt *attempt, const char *name);

#endif
