/* SPDX-License-Identifier: MIT */
/* Plans the files that a traced run used. */
#ifndef LULL_PACKER_TRACE_ADD_H
#define LULL_PACKER_TRACE_ADD_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct closure;
struct traced;

/* Kinds of notes, in the order in which they are printed. */
enum trace_note {
	NOTE_WRITTEN,
	NOTE_REMOVED,
	NOTE_GONE,     /* when it was to be planned */
	NOTE_SPECIAL,  /* not a regular file, not readable, or the image itself */
	NOTE_VOLATILE, /* in a volatile directory, and not made by the run */
	NOTE_HOME,     /* packed out of a home directory */
	NOTE_PRIVATE,  /* packed, though only its owner may read it */
	NOTE_VARIANT,  /* packed, though other processors find neither it nor a substitute */
	NOTE_RIGHTS,   /* executed without its owner's rights */
	NOTES,
};

struct trace_notes {
	char **paths[NOTES];
	size_t counts[NOTES];
};

void trace_notes_free(struct trace_notes *notes);

/*
 * Prints all notes about the command `text` of `option`. With `keep`, files that it named by
 * relative paths are packed by their absolute paths.
 */
void trace_report(const struct trace_notes *notes, const struct traced *traced, bool keep,
		  const char *option, const char *text);

/*
 * Plans the files and directories with reasons such as "opened by -t", whose last word and command
 * are those of `why`. Adds notes about left-out and packed files. Unless `start` is NULL, files
 * below this directory are planned below the root. Returns 0, or -1 after a warning.
 */
int trace_add(struct closure *closure, struct traced *traced, const char *start,
	      struct plan_why why, struct trace_notes *notes);

#endif
