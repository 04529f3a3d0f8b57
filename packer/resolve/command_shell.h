/* SPDX-License-Identifier: MIT */
/* What the words of `sh -c` start, for command.c. */
#ifndef LULL_PACKER_COMMAND_SHELL_H
#define LULL_PACKER_COMMAND_SHELL_H

#include "resolve/command.h"

/*
 * Adds a program with all that its words start; `by` starts it, and `start` is what it is
 * given.
 */
void command_add(struct command *command, char *const *words, const char *by,
		 struct command_start start);

/* Whether `word` is NAME=VALUE, which is then set in `start`. */
bool command_assign(struct command_start *start, const char *word);

/*
 * Adds the first word of each simple command in the text of a shell, if no expansion is in
 * it; what is in a case or in a document in the text is passed over. `start` is changed by
 * what the text exports.
 */
void command_read_shell(struct command *command, const char *text, const char *shell,
			struct command_start *start);

#endif
