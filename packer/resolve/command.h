/* SPDX-License-Identifier: MIT */
/*
 * Programs that a command line starts, also through other programs, as far as its words show:
 * `perf stat -- taskset 1 bench` starts perf, taskset and bench. Pure.
 */
#ifndef LULL_PACKER_COMMAND_H
#define LULL_PACKER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command_start {
	char *name;    /* to look up */
	char *by;      /* the program that starts it; "" for the first word */
	char *path;    /* LD_LIBRARY_PATH that the command line sets for it; NULL: none */
	char *preload; /* LD_PRELOAD, likewise */
	/*
	 * It may be an option's value, or never run: it is a word of a shell script, or follows an
	 * unknown option.
	 */
	bool is_guess;
};

struct command {
	struct command_start *list; /* begins with the first word of the command */
	size_t count;
	bool only_paths; /* names that do not begin with a slash are skipped */
};

/* Parses the words of a command, at least one, which end with NULL. */
void command_read(struct command *command, char *const *words);

/* Parses the body of a shell script: finds the programs that it starts by absolute path. */
void command_read_script(struct command *command, const char *text);

void command_free(struct command *command);

/*
 * Returns the absolute directories of a list such as LD_LIBRARY_PATH, to be freed; NULL if there
 * are none.
 */
char *command_directories(const char *list);

#endif
