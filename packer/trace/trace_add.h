/* SPDX-License-Identifier: MIT */
/* What a traced run came to, planned. */
#ifndef LULL_PACKER_TRACE_ADD_H
#define LULL_PACKER_TRACE_ADD_H

#include "plan/plan.h"

struct closure;
struct trace_notes;
struct traced;

/*
 * Plans the files and directories with reasons such as "opened by -t", of which `why` has the last word and the
 * command; what is not planned, and what should be known of it, is noted. What is below the directory `start` is planned
 * below the root, unless that is NULL. Returns 0, or -1 after a warning.
 */
int trace_add(struct closure *closure, struct traced *traced, const char *start, struct plan_why why,
	      struct trace_notes *notes);

#endif
