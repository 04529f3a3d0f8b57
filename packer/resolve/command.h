/* SPDX-License-Identifier: MIT */
/*
 * The programs that a command line starts by other programs, as far as its words show: `perf
 * stat -- taskset 1 bench` starts perf, taskset and bench. Pure.
 */
#ifndef LULL_PACKER_COMMAND_H
#define LULL_PACKER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command_start {
	char *name; /* as it is looked up */
	char *by;   /* the program that starts it; "" for the first word */
	char *
	    path; /* LD_LIBRARY_PATH and LD_PRELOAD that the command line sets for it; NULL: none */
	char *preload;
	/* It may be an option's value, or never be started: words of a shell, unknown options. */
	bool is_guess;
};

struct command {
	struct command_start *list; /* the first word is the first */
	size_t count;
	bool only_paths; /* names without a slash in front are left out */
};

/* Reads the words of a command, ended by NULL, at least one. */
void command_read(struct command *command, char *const *words);

/* Reads the body of a shell's script: the programs in it that are given as absolute paths. */
void command_read_script(struct command *command, const char *text);

void command_free(struct command *command);

/*
 * The directories of a list such as LD_LIBRARY_PATH that are absolute, to be freed; NULL:
 * none.
 */
char *command_directories(const char *list);

#endif
