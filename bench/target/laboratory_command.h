/* SPDX-License-Identifier: MIT */
/* A command of a laboratory, as a process with a group of its own. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "target/machine.h"

enum { COMMAND_WORDS_MAX = 160 };

/* All zero: none. */
struct command {
	const char *name; /* what it is for, in messages */
	char *const *argv;
	pid_t pid;	 /* 0: not there */
	double asked_at; /* to end; 0: not */
	bool heard_line;
	size_t used;
	char words[COMMAND_WORDS_MAX + 1]; /* the first line of its standard error, not escaped */
};

/*
 * Starts `argv`, found in PATH, with `fds` as its first three descriptors (-1: /dev/null) and what
 * `machine` boots in its environment. It gets no signal of bench's terminal, and it dies with
 * bench. Strings stay the caller's, and are used as long as the command. Returns 0, or -1 with
 * errno, also where it cannot be executed.
 */
int command_start(struct command *c, const char *name, char *const argv[],
		  const struct machine *machine, const int fds[3]);

/*
 * Reads what there is of `errors`, and keeps the first line. Returns 1 if there was something, 0 if
 * not.
 */
int command_hear(struct command *c, int errors);

/* Whether it has ended, and how (waitid(2)); until command_end() it is there all the same. */
bool command_has_ended(const struct command *c, siginfo_t *how);
bool command_succeeded(const siginfo_t *how);

/*
 * Ends the command and its group by TERM, after 2 seconds by KILL. Does not wait: to be called
 * until it returns true, that nothing of it is there any more, or nothing that a signal would end.
 */
bool command_end(struct command *c);

/* Forgets a command that has ended. What it has started goes on. */
void command_forget(struct command *c);

/* Ends the command and its group at once; command_end() is due still. */
void command_kill(const struct command *c);

/*
 * Write into `text` how it ended, that it took longer than `limit_s`, or that it could not be
 * started, for `error`.
 */
void command_tell_end(const struct command *c, const siginfo_t *how, char *text, size_t size);
void command_tell_limit(const struct command *c, unsigned limit_s, char *text, size_t size);
void command_tell_start(const struct command *c, int error, char *text, size_t size);

#endif
