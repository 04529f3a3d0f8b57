/* SPDX-License-Identifier: MIT */
/* What a traced run came to, planned. */
#ifndef LULL_PACKER_TRACE_ADD_H
#define LULL_PACKER_TRACE_ADD_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct closure;
struct traced;

/* Kinds of what is worth telling, in the order in which they are told. */
enum trace_note {
	NOTE_WRITTEN,
	NOTE_REMOVED,
	NOTE_GONE,     /* when it was to be planned */
	NOTE_SPECIAL,  /* no regular file, or not readable, or the image itself */
	NOTE_VOLATILE, /* not the run's own, where nothing stays from boot to boot */
	NOTE_HOME,     /* packed out of a home directory */
	NOTE_PRIVATE,  /* packed, though others than its owner may not read it */
	NOTE_VARIANT, /* packed, though other processors do not find it, nor another in its place */
	NOTE_RIGHTS,  /* executed without the rights of its owner */
	NOTES,
};

struct trace_notes {
	char **paths[NOTES];
	size_t counts[NOTES];
};

void trace_notes_free(struct trace_notes *notes);

/*
 * Tells all, as of the command `text`, which `option` asked for; with `keep`, files that it has
 * named by where it was started are packed by their absolute paths.
 */
void trace_tell(const struct trace_notes *notes, const struct traced *traced, bool keep,
		const char *option, const char *text);

/*
 * Plans the files and directories with reasons such as "opened by -t", of which `why` has the last
 * word and the command; what is not planned, and what should be known of it, is noted. What is
 * below the directory `start` is planned below the root, unless that is NULL. Returns 0, or -1
 * after a warning.
 */
int trace_add(struct closure *closure, struct traced *traced, const char *start,
	      struct plan_why why, struct trace_notes *notes);

#endif
