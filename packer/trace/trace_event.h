/* SPDX-License-Identifier: MIT */
/*
 * One system call of a traced process: what it is asked for before it is done, and what has come of
 * it.
 */
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
	TRACE_CREATE,	/* as open() with O_CREAT, O_WRONLY and O_TRUNC */
	TRACE_EXECUTE,
	TRACE_LOOK, /* at what is there, or at where a link leads */
	TRACE_LIST, /* a directory, open at the descriptor `directory` */
	TRACE_MAKE, /* or change: a file, directory, link, node, socket, further name */
	TRACE_MOVE, /* from `old_path` */
	TRACE_REMOVE,
	TRACE_CONNECT, /* to the socket at the struct sockaddr `path` of `flags` bytes */
	TRACE_BIND,    /* makes that socket */
	TRACE_HIDE,    /* from here on files may be opened by no system call */
};

enum {
	TRACE_NONE = -1
}; /* no such system call, no such argument; as a directory: the current one */

struct trace_call {
	const char *name;
	int16_t numbers[TRACE_ABIS];
	enum trace_kind kind;
	int8_t directory, path, flags; /* arguments, from 0 */
	int8_t old_directory, old_path;
	uint32_t
	    no_follow; /* bits of `flags` with which a link itself is meant; all of them: always */
};

extern const struct trace_call trace_calls[];
extern const size_t trace_call_count;

/* The ABI of an AUDIT_ARCH_* of linux/audit.h, or TRACE_ABIS for one that is not known. */
enum trace_abi trace_abi(uint32_t arch);

/* The AUDIT_ARCH_* of an ABI. */
uint32_t trace_arch(enum trace_abi abi);

/* The call of that number, or NULL. */
const struct trace_call *trace_call(enum trace_abi abi, uint64_t number);

/* A path that a call is to change, as it was before. */
struct trace_target {
	char *path; /* NULL: none */
	bool existed;
	struct stat before;
};

/* A call that is being done. */
struct trace_event {
	const struct trace_call *call; /* NULL: none */
	char
	    *path; /* that it is about, as tracee_path() has it; NULL: none, or it cannot be read */
	bool relative;	/* the path began at the directory that the run was started in */
	bool is_hidden; /* the path cannot be read */
	uint64_t flags;
	int descriptor;
	struct trace_target target, old;
};

/*
 * Takes the arguments of a call that process `pid` begins; `started_in` is where the run was
 * started.
 */
void trace_event_begin(struct trace_event *event, pid_t pid, const struct trace_call *call,
		       const uint64_t *arguments, const char *started_in);

/*
 * Notes what the call has done, which gave `result`, negative for an error; the event is then used
 * up.
 */
void trace_event_end(struct trace_event *event, pid_t pid, int64_t result, struct traced *traced);

/* The event is used up without a result. */
void trace_event_drop(struct trace_event *event);

/* What it is called, to be freed; NULL for one that is not a process but a thread. */
char *tracee_name(pid_t pid);

#endif
