/* SPDX-License-Identifier: MIT */
/* What is done to a machine in a laboratory, one command after another. */
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
	/* A pipe, the standard error of all of them: what these leave behind may go on writing. */
	int errors[2];
	bool failed;		      /* one did */
	char error[TARGET_ERROR_MAX]; /* the first that did, not escaped */
	bool is_back;		      /* the machine, in a system of its own */
	/* The rest is laboratory_steps.c's. */
	struct laboratory_step queue[LABORATORY_STEPS]; /* of what is to be done */
	size_t queued;
	struct laboratory_step step; /* what is being done */
	struct command command;	     /* the same */
	double limit_at;
	bool interrupted; /* it is being ended */
	bool cycled;	  /* as the machine was not back, at its start or at its end */
	bool ending;
};

/*
 * `machine` stays the caller's. What starts the machine is queued, and nothing started. Returns 0,
 * or -1 with errno.
 */
int laboratory_steps_open(struct laboratory_steps *s, const struct machine *machine);
/* No command may be there any more. */
void laboratory_steps_close(struct laboratory_steps *s);

/*
 * Looks after what is being done, and starts what comes next. Returns whether nothing is left to be
 * done.
 */
bool laboratory_steps_go_on(struct laboratory_steps *s);

/* Whether all is done but to look whether the machine is back, as long as the appliance may run. */
bool laboratory_steps_watches(const struct laboratory_steps *s);

/*
 * Drops what is still to be done, and queues what is due at a machine's end. `started`: it has
 * been. Only the first call counts, and one with MACHINE_ESCAPED: a machine that comes back by
 * itself is not waited for any more.
 */
void laboratory_steps_end(struct laboratory_steps *s, enum machine_end why, bool started);

/* Ends all at once. */
void laboratory_steps_kill(struct laboratory_steps *s);

/* Reads what there is of the commands' errors. Returns 1 if there was something, 0 if not. */
int laboratory_steps_hear(struct laboratory_steps *s);

/* Descriptors do not block; -1: there is none. */
struct laboratory_line {
	int output; /* to read; what the machine says */
	int input;  /* to write */
	int errors; /* to read; the command's standard error */
	struct tty tty;
	struct command command;
};

/*
 * `machine` as for command_start(). Returns 0, or -1 with the reason in `error`, without a
 * descriptor to be closed.
 */
int laboratory_line_open(struct laboratory_line *l, const struct machine *machine, char *error,
			 size_t size);

/* Closes the descriptors. The command must have ended. */
void laboratory_line_close(struct laboratory_line *l);

#endif
