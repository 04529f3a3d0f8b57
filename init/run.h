/* SPDX-License-Identifier: MIT */
/* One run of a command, alone on the machine. */
#ifndef LULL_RUN_H
#define LULL_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct run_result {
	int error;	     /* errno of a command that could not be started, else 0 */
	int status;	     /* as wait(2) has it */
	bool timed_out;	     /* the time limit passed and everything was told to end */
	bool unkillable;     /* something could not be killed; if the command itself, its status is as of SIGKILL */
	int ended_by;	     /* the signal by which somebody asked for the machine's end meanwhile, else 0 */
	uint64_t wall_ns;    /* CLOCK_MONOTONIC_RAW, from before the start to after the end */
	struct rusage usage; /* of the command and the children that it waited for */
};

/* Blocks SIGCHLD and the signals that ask for the machine's end: init waits for them and handles none. */
void run_block_signals(void);

/*
 * A memory file to write a run's output to: it only grows. Where the kernel lets it be append-only, opening it anew
 * (/dev/stdout) without O_APPEND is refused; everywhere it is sealed against being cut (memfd_create(2), F_SEAL_SHRINK).
 * Returns the descriptor, or -1 with errno.
 */
int run_capture(const char *name);

/*
 * Runs `argv` in a session of its own with clean signals, stdin from /dev/null, and waits for its end or `timeout_s`
 * seconds (0: no limit). Then everything is told to end by SIGTERM and SIGKILL, is reaped, and what was left behind
 * although the command had ended is given to `stray`.
 */
void run_command(char *const argv[], uint64_t timeout_s, int out, int err, struct run_result *result,
		 void (*stray)(uint64_t pid, const char *name));

/* Reaps until `pid` has ended, for a shell; returns the signal that asked for the machine's end, 0 if none did. */
int run_wait(pid_t pid);

/* Ends every process but init and reaps them all, within some seconds. False: some could not be killed. */
bool run_kill_all(void);

#endif
