/* SPDX-License-Identifier: MIT */
/* One system call of a traced process: its arguments before it, and its effect after it. */
#ifndef LULL_PACKER_TRACE_EVENT_H
#define LULL_PACKER_TRACE_EVENT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct traced;

enum trace_abi { TRACE_X86_64, TRACE_I386, TRACE_ARM64, TRACE_ARM, TRACE_ABIS };

enum trace_kind {
	TRACE_OPEN,	/* with O_* in the argument `flags` */
	TRACE_OPEN_HOW, /* with O_* in the struct open_how that it points to */
	TRACE_CREATE,	/* like open() with O_CREAT, O_WRONLY and O_TRUNC */
	TRACE_EXECUTE,
	TRACE_LOOK, /* at a file, or at the target of a link */
	TRACE_LIST, /* a directory, open at the descriptor `directory` */
	TRACE_MAKE, /* or change: a file, directory, link, node, socket, further name */
	TRACE_MOVE, /* from `old_path` */
	TRACE_REMOVE,
	TRACE_CONNECT, /* to the socket at the struct sockaddr `path` of `flags` bytes */
	TRACE_BIND,    /* makes that socket */
	TRACE_HIDE,    /* it may open files later without a system call */
};

enum { TRACE_NONE = -1 }; /* no such system call or argument; as a directory: the current one */

struct trace_call {
	const char *name;
	int16_t numbers[TRACE_ABIS];
	enum trace_kind kind;
	int8_t directory, path, flags; /* arguments, from 0 */
	int8_t old_directory, old_path;
	uint32_t no_follow; /* bits of `flags` with which links are not followed; all bits: never
			       followed */
};

extern const struct trace_call trace_calls[];
extern const size_t trace_call_count;

/* The ABI of an AUDIT_ARCH_* of linux/audit.h, or TRACE_ABIS if unknown. */
enum trace_abi trace_abi(uint32_t arch);

/* The AUDIT_ARCH_* of an ABI. */
uint32_t trace_arch(enum trace_abi abi);

/* The call of that number, or NULL. */
const struct trace_call *trace_call(enum trace_abi abi, uint64_t number);

/* A path that a call is going to change, and its state before. */
struct trace_target {
	char *path; /* NULL: none */
	bool existed;
	struct stat before;
};

/* A call in progress. */
struct trace_event {
	const struct trace_call *call; /* NULL: none */
	char *path;		       /* absolute, from tracee_path(); NULL: none, or unreadable */
	bool relative;		       /* the path was relative to the start directory of the run */
	bool is_hidden;		       /* the path is unreadable */
	uint64_t flags;
	int descriptor;
	struct trace_target target, old;
};

/*
 * Reads the arguments of a call that process `pid` begins; `started_in` is the start directory of
 * the run.
 */
void trace_event_begin(struct trace_event *event, pid_t pid, const struct trace_call *call,
		       const uint64_t *arguments, const char *started_in);

/*
 * Records the effect of the call, whose result is `result`, negative for an error, and releases the
 * event.
 */
void trace_event_end(struct trace_event *event, pid_t pid, int64_t result, struct traced *traced);

/* Releases the event without a result. */
void trace_event_drop(struct trace_event *event);

/* The name of the process, to be freed; NULL for a thread that is not the main one. */
char *tracee_name(pid_t pid);

#endif
