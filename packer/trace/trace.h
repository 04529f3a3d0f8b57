/* SPDX-License-Identifier: MIT */
/*
 * A command run on this machine and watched, it and all that it starts (ptrace(2)): which files it
 * comes to, by which paths, and what it does with them.
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
	const char *directory; /* where it is started, absolute and with no link in it */
};

/*
 * Runs the command to its end and ends what it leaves running. It reads nothing and prints to
 * standard error. Returns 0 with its wait status, or an errno if it could not be started or
 * watched, EINTR if packer was told to stop (interrupt.h); either way nothing of it runs any more.
 * `traced`, zeroed at first, is to be given to traced_free().
 */
int trace_run(const struct trace_command *command, struct traced *traced, int *status);

#endif
