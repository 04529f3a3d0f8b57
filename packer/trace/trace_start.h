/* SPDX-License-Identifier: MIT */
/* The first process of a traced run. */
#ifndef LULL_PACKER_TRACE_START_H
#define LULL_PACKER_TRACE_START_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct trace_command;

/* How far the process came, in memory that both have. */
struct trace_start {
	int problem;	/* the errno with which it ended before it executed anything; 0: none */
	bool no_filter; /* as the kernel would not have the filter */
};

/* Whether the kernel has filters of system calls that tell a tracer. */
bool trace_start_can_filter(void);

/*
 * Starts a process that is traced and stopped before it executes the command. With `filtered` it then stops at the
 * calls of trace_calls.h alone, and all that it starts does. `mask` is its signal mask. Returns its id, or -1 with
 * errno.
 */
pid_t trace_start(const struct trace_command *command, bool filtered, const sigset_t *mask, struct trace_start *start);

#endif
