/* SPDX-License-Identifier: MIT */
/* Waits for processes as PID 1: reaps everything and watches the deadline. */
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
	pid_t pid;  /* the process to wait for; 0: none */
	bool ended; /* it has ended */
	bool alone; /* no child is left */
	uint64_t started_ns;
	uint64_t deadline_ns;	   /* 0: none */
	int signal;		   /* a signal that asked to end the machine */
	struct run_result *result; /* for that process, or NULL */
	struct pump *pump;	   /* to be emptied meanwhile, or NULL */
};

/* SIGCHLD and the signals that ask to end the machine, which are blocked and waited for. */
sigset_t wait_signals(void);

/* Records the end of that process. */
void wait_note_end(struct wait *wait, int status, const struct rusage *usage);

/*
 * Waits until the process or, with `all`, every child has ended. Returns false after `seconds` (0:
 * no limit) or, without `all`, when a signal asked to end the machine. The deadline also holds if
 * orphans die faster than they are reaped.
 */
bool wait_for(struct wait *wait, bool all, uint64_t seconds);

enum { PUMPS = 2 };

struct pump {
	int in[PUMPS];	/* write ends for the experiment, closed in init after the start */
	int out[PUMPS]; /* read ends for init; -1: closed */
	int to[PUMPS];	/* the capture's files; -1: the console */
	int signals;	/* a signalfd(2) */
	bool refused; /* the capture was full at some time: output is missing although the command's
			 write(2) succeeded */
};

/* Makes the pipes for a capture, or for the console if it is NULL. Returns 0, or -1 with errno. */
int pump_open(struct pump *pump, const struct capture *capture);

/* Copies the remaining output after all writers have ended, and closes everything. */
void pump_close(struct pump *pump);

#endif
