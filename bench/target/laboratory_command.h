/* SPDX-License-Identifier: MIT */
/* Commands of a laboratory, each a process with its own process group. */
#ifndef BENCH_LABORATORY_COMMAND_H
#define BENCH_LABORATORY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "target/machine.h"

enum { COMMAND_WORDS_MAX = 160 };

/* All zero: no command. */
struct command {
	const char *name; /* its purpose, for messages */
	char *const *argv;
	pid_t pid;	 /* 0: not running */
	double asked_at; /* when command_end() sent TERM; 0: not yet */
	bool heard_line;
	size_t used;
	char words[COMMAND_WORDS_MAX + 1]; /* the first line of its standard error, not escaped */
};

/*
 * Starts `argv`, looked up in PATH, with `fds` as its first three descriptors (-1: /dev/null), and
 * with the files that `machine` boots in its environment. The command gets no signals from bench's
 * terminal, and dies with bench. Strings stay the caller's and must stay valid as long as the
 * command. Returns 0, or -1 with errno, also if it cannot be executed.
 */
int command_start(struct command *c, const char *name, char *const argv[],
		  const struct machine *machine, const int fds[3]);

/*
 * Reads the available bytes of `errors`, and keeps the first line. Returns 1 if there were any, 0
 * if not.
 */
int command_read_errors(struct command *c, int errors);

/*
 * Whether the command has ended, and how (waitid(2)). It stays a zombie until command_end() or
 * command_forget().
 */
bool command_has_ended(const struct command *c, siginfo_t *how);
bool command_succeeded(const siginfo_t *how);

/*
 * Ends the command and its group by TERM, after 2 seconds by KILL. Does not wait: to be called
 * until it returns true, when the command is gone or no signal can end it.
 */
bool command_end(struct command *c);

/* Forgets a command that has ended. Its children keep running. */
void command_forget(struct command *c);

/* Kills the command and its group at once; command_end() must still be called. */
void command_kill(const struct command *c);

/*
 * Write to `text` how the command ended, that it took longer than `limit_s`, or that it could not
 * be started because of `error`.
 */
void command_describe_end(const struct command *c, const siginfo_t *how, char *text, size_t size);
void command_describe_limit(const struct command *c, unsigned limit_s, char *text, size_t size);
void command_describe_start(const struct command *c, int error, char *text, size_t size);

#endif
