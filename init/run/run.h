/* SPDX-License-Identifier: MIT */
/* Runs a command, alone on the machine. */
#ifndef LULL_RUN_H
#define LULL_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct pump;
struct surroundings;

enum { RUN_RESULTS_FD = 3 }; /* the experiment's descriptor for numbers, named by LULL_RESULTS_FD */

struct run_outputs {
	int in, out, err, results; /* for the experiment's descriptors 0, 1, 2 and RUN_RESULTS_FD */
};

struct run_request {
	char *const *argv;
	const struct surroundings *surroundings;
	uint64_t timeout_s; /* 0: no limit */
	struct run_outputs outputs;
	struct pump *pump; /* the read ends of these, emptied during the run, or NULL */
};

struct run_result {
	int error;	  /* errno if the command could not be started, else 0 */
	const char *step; /* the step of the set-up that failed with `error`; NULL: execution of the
			     command */
	int status;	  /* of wait(2) */
	bool timed_out;	  /* the time limit passed, and all processes were asked to end */
	bool unkillable; /* some process could not be killed; if it is the command, its status is as
			    for SIGKILL */
	int ended_by;	 /* the signal that asked to end the machine during the run, else 0 */
	uint64_t wall_ns; /* CLOCK_MONOTONIC_RAW, from before the start to after the end */
	uint64_t
	    init_switches; /* context switches of init during the run: one if it was not woken up */
	struct rusage usage; /* of the command and the children that it waited for */
};

/*
 * Blocks SIGCHLD and the signals that ask to end the machine: init waits for them and has no
 * handlers.
 */
void run_block_signals(void);

/*
 * Gives init the highest real-time priority: after a time-out, thousands of processes may compete
 * for the CPU and have exhausted memory. Children do not inherit it.
 */
void run_raise_priority(void);

/*
 * Runs a command in a new session with default signals, stdin from /dev/null, and its surroundings,
 * and waits for its end or the time limit. Then ends all processes with SIGTERM and SIGKILL and
 * reaps them. Passes processes left behind by a command that has ended to `stray`.
 */
void run_command(const struct run_request *request, struct run_result *result,
		 void (*stray)(uint64_t pid, const char *name));

/*
 * Reaps until `pid` has ended, for a shell. Returns the signal that asked to end the machine, or 0.
 */
int run_wait(pid_t pid);

/*
 * Kills and reaps every process but init, within some seconds. Returns false if some could not be
 * killed.
 */
bool run_kill_all(void);

#endif
