/* SPDX-License-Identifier: MIT */
/* One run of a command, alone on the machine. */
#ifndef LULL_RUN_H
#define LULL_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct pump;
struct surroundings;

enum {
	RUN_RESULTS_FD = 3
}; /* the experiment's descriptor for numbers, which LULL_RESULTS_FD names */

struct run_outputs {
	int in, out, err,
	    results; /* what becomes of the experiment's descriptors 0, 1, 2 and RUN_RESULTS_FD */
};

struct run_request {
	char *const *argv;
	const struct surroundings *surroundings;
	uint64_t timeout_s; /* 0: no limit */
	struct run_outputs outputs;
	struct pump *pump; /* the other ends of these, to be emptied meanwhile, or NULL */
};

struct run_result {
	int error; /* errno of a command that could not be started, else 0 */
	const char
	    *step;  /* NULL: that is about the command itself, else what could not be set for it */
	int status; /* as wait(2) has it */
	bool timed_out;	 /* the time limit passed and everything was told to end */
	bool unkillable; /* something could not be killed; if the command itself, its status is as
			    of SIGKILL */
	int ended_by; /* the signal by which somebody asked for the machine's end meanwhile, else 0
		       */
	uint64_t wall_ns;	/* CLOCK_MONOTONIC_RAW, from before the start to after the end */
	uint64_t init_switches; /* of init itself meanwhile: one, where nothing woke it up */
	struct rusage usage;	/* of the command and the children that it waited for */
};

/*
 * Blocks SIGCHLD and the signals that ask for the machine's end: init waits for them and handles
 * none.
 */
void run_block_signals(void);

/*
 * From here on init comes before all others, whatever their priority, when it wakes up: at a
 * time-out there may be thousands that want the CPU and have taken all memory. Nothing that it
 * starts inherits that.
 */
void run_take_precedence(void);

/*
 * Runs a command in a session of its own with clean signals, stdin from /dev/null, in its
 * surroundings, and waits for its end or the time limit. Then everything is told to end by SIGTERM
 * and SIGKILL, is reaped, and what was left behind although the command had ended is given to
 * `stray`.
 */
void run_command(const struct run_request *request, struct run_result *result,
		 void (*stray)(uint64_t pid, const char *name));

/*
 * Reaps until `pid` has ended, for a shell; returns the signal that asked for the machine's end, 0
 * if none did.
 */
int run_wait(pid_t pid);

/*
 * Ends every process but init and reaps them all, within some seconds. False: some could not be
 * killed.
 */
bool run_kill_all(void);

#endif
