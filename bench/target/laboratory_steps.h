/* SPDX-License-Identifier: MIT */
/* Starts and ends a machine in a laboratory, by one command after another. */
#ifndef BENCH_LABORATORY_STEPS_H
#define BENCH_LABORATORY_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "console/outcome.h"
#include "target/laboratory_command.h"
#include "target/machine.h"
#include "target/target.h"
#include "target/tty.h"

enum { LABORATORY_STEPS = 4 };

struct laboratory_step {
	const char *name;
	char *const *argv;
	unsigned limit_s;
};

struct laboratory_steps {
	const struct machine *machine;
	/*
	 * A pipe, the standard error of all commands: processes that they leave behind may keep
	 * writing.
	 */
	int errors[2];
	bool failed;		      /* a command failed */
	char error[TARGET_ERROR_MAX]; /* the first failure, not escaped */
	bool is_back;		      /* the machine is up in its own system */
	/* The rest is private to laboratory_steps.c. */
	struct laboratory_step queue[LABORATORY_STEPS]; /* the steps to do */
	size_t queued;
	struct laboratory_step step; /* the current step */
	struct command command;	     /* of the current step */
	double limit_at;
	bool interrupted; /* the command is being ended */
	bool cycled; /* the power has been cycled, because the machine was not back at its start or
			at its end */
	bool ending;
};

/*
 * Queues the steps that start the machine, and starts none. `machine` stays the caller's. Returns
 * 0, or -1 with errno.
 */
int laboratory_steps_open(struct laboratory_steps *s, const struct machine *machine);
/* No command may be running. */
void laboratory_steps_close(struct laboratory_steps *s);

/* Checks the current step and starts the next. Returns whether all steps are done. */
bool laboratory_steps_go_on(struct laboratory_steps *s);

/*
 * Whether the only step left is to check whether the machine is back, as long as the appliance may
 * run.
 */
bool laboratory_steps_watches(const struct laboratory_steps *s);

/*
 * Drops the steps that are left, and queues those for a machine's end. `started`: the machine has
 * been started. Only the first call has an effect, and one with MACHINE_ESCAPED: it stops waiting
 * for a machine that comes back by itself.
 */
void laboratory_steps_end(struct laboratory_steps *s, enum machine_end why, bool started);

/* Kills the current command at once and drops all steps. */
void laboratory_steps_kill(struct laboratory_steps *s);

/* Reads the available bytes of the commands' errors. Returns 1 if there were any, 0 if not. */
int laboratory_steps_read_errors(struct laboratory_steps *s);

/* The descriptors are nonblocking; -1: none. */
struct laboratory_line {
	int output; /* to read; the machine's output */
	int input;  /* to write */
	int errors; /* to read; the command's standard error */
	struct tty tty;
	struct command command;
};

/*
 * Opens the line; `machine` as for command_start(). Returns 0, or -1 with the reason in `error` and
 * no open descriptor.
 */
int laboratory_line_open(struct laboratory_line *l, const struct machine *machine, char *error,
			 size_t size);

/* Closes the descriptors. The command must have ended. */
void laboratory_line_close(struct laboratory_line *l);

#endif
