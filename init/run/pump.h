/* SPDX-License-Identifier: MIT */
/*
 * Pipes in the place of files for an experiment's outputs: what comes through is put into the run's capture while it runs,
 * for programs that open /dev/stdout anew, or on the console, which the experiment must not have itself: it could write
 * records. So init wakes up.
 */
#ifndef LULL_PUMP_H
#define LULL_PUMP_H

#include <stdbool.h>
#include <stdint.h>

struct capture;

enum { PUMPS = 2 };

struct pump {
	int in[PUMPS];	/* what the experiment writes to, closed in init once it has started */
	int out[PUMPS]; /* what init reads; -1: at its end */
	int to[PUMPS];	/* the capture's files; -1: the console */
	int signals;	/* a signalfd(2) */
	bool refused;	/* the capture was full at some time: output is missing that no write(2) of a command failed for */
};

/* Makes the pipes for a capture, or for the console if it is NULL. Returns 0, or -1 with errno. */
int pump_open(struct pump *pump, const struct capture *capture);

/* Moves what is there, and waits for more of it or a signal until `deadline_ns` of wait_now_ns(), 0: none. Returns the
 * signal, or 0. */
int pump_wait(struct pump *pump, uint64_t deadline_ns);

/* Moves what is left when all who could write have ended, and closes everything. */
void pump_close(struct pump *pump);

#endif
