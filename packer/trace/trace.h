/* SPDX-License-Identifier: MIT */
/*
 * Runs a command on this machine and traces it and its descendants (ptrace(2)): the files they
 * access, by which paths, and how.
 */
#ifndef LULL_PACKER_TRACE_H
#define LULL_PACKER_TRACE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct traced;

struct trace_command {
	const char *program; /* its path */
	char *const *argv;
	char *const *environment;
	const char *directory; /* its current directory, absolute and without links */
};

/*
 * Runs the command to its end and kills processes that it leaves running. Its standard input is
 * empty, and it prints to standard error. Returns 0 with its wait status, or an errno if it could
 * not be started or traced, EINTR if packer was interrupted (interrupt.h); in all cases no process
 * of it remains. `traced` must be zeroed; the caller calls traced_free().
 */
int trace_run(const struct trace_command *command, struct traced *traced, int *status);

#endif
