/* SPDX-License-Identifier: MIT */
/* One system call of a traced process: what it is asked for before it is done, and what has come of it. */
#ifndef LULL_PACKER_TRACE_EVENT_H
#define LULL_PACKER_TRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "trace/trace_calls.h"

struct traced;

/* A path that a call is to change, as it was before. */
struct trace_target {
	char *path; /* NULL: none */
	bool existed;
	struct stat before;
};

/* A call that is being done. */
struct trace_event {
	const struct trace_call *call; /* NULL: none */
	char *path;		       /* that it is about, as tracee_path() has it; NULL: none, or it cannot be read */
	bool relative;		       /* the path began at the directory that the run was started in */
	bool is_hidden;		       /* the path cannot be read */
	uint64_t flags;
	int descriptor;
	struct trace_target target, old;
};

/* Takes the arguments of a call that process `pid` begins; `started_in` is where the run was started. */
void trace_event_begin(struct trace_event *event, pid_t pid, const struct trace_call *call, const uint64_t *arguments,
		       const char *started_in);

/* Notes what the call has done, which gave `result`, negative for an error; the event is then used up. */
void trace_event_end(struct trace_event *event, pid_t pid, int64_t result, struct traced *traced);

/* The event is used up without a result. */
void trace_event_drop(struct trace_event *event);

#endif
