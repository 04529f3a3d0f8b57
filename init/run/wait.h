/* SPDX-License-Identifier: MIT */
/*
 * Waiting for the end of processes, as PID 1 does: everything is reaped, and the clock is looked
 * at.
 */
#ifndef LULL_WAIT_H
#define LULL_WAIT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct capture;
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
 * Until the process has ended, or with `all` every child; false: `seconds` (0: no limit) have
 * passed, or, while it is for the one process, somebody asked for the machine's end. The deadline
 * counts also while orphans die faster than they are reaped.
 */
bool wait_for(struct wait *wait, bool all, uint64_t seconds);

enum { PUMPS = 2 };

struct pump {
	int in[PUMPS];	/* what the experiment writes to, closed in init once it has started */
	int out[PUMPS]; /* what init reads; -1: at its end */
	int to[PUMPS];	/* the capture's files; -1: the console */
	int signals;	/* a signalfd(2) */
	bool refused; /* the capture was full at some time: output is missing that no write(2) of a
			 command failed for */
};

/* Makes the pipes for a capture, or for the console if it is NULL. Returns 0, or -1 with errno. */
int pump_open(struct pump *pump, const struct capture *capture);

/* Moves what is left when all who could write have ended, and closes everything. */
void pump_close(struct pump *pump);

#endif
