/* SPDX-License-Identifier: MIT */
/* Waiting for the end of processes, as PID 1 does: everything is reaped, and the clock is looked at. */
#ifndef LULL_WAIT_H
#define LULL_WAIT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct pump;
struct run_result;

struct wait {
	pid_t pid;  /* the one that matters; 0: none does */
	bool ended; /* it has */
	bool alone; /* no child is left */
	uint64_t started_ns;
	uint64_t deadline_ns;	   /* 0: none */
	int signal;		   /* asked for the machine's end */
	struct run_result *result; /* of that process, or NULL */
	struct pump *pump;	   /* what must be emptied meanwhile, or NULL */
};

/* SIGCHLD and the signals that ask for the machine's end, which are blocked and waited for. */
sigset_t wait_signals(void);

/* Notes the end of the process that matters. */
void wait_note_end(struct wait *wait, int status, const struct rusage *usage);

/*
 * Until the process has ended, or with `all` every child; false: `seconds` (0: no limit) have passed, or, while it is
 * for the one process, somebody asked for the machine's end. The deadline counts also while orphans die faster than they
 * are reaped.
 */
bool wait_for(struct wait *wait, bool all, uint64_t seconds);

#endif
