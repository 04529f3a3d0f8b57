/* SPDX-License-Identifier: MIT */
/* The line to a machine in a laboratory: a tty, or a command that is one. */
#ifndef BENCH_LABORATORY_LINE_H
#define BENCH_LABORATORY_LINE_H

#include <stddef.h>

#include "target/laboratory_command.h"
#include "target/tty.h"

/* Descriptors do not block; -1: there is none. */
struct laboratory_line {
	int output; /* to read; what the machine says */
	int input;  /* to write */
	int errors; /* to read; the command's standard error */
	struct tty tty;
	struct command command;
};

/* `machine` as for command_start(). Returns 0, or -1 with the reason in `error`, without a descriptor to be closed. */
int laboratory_line_open(struct laboratory_line *l, const struct machine *machine, char *error, size_t size);

/* Closes the descriptors. The command must have ended. */
void laboratory_line_close(struct laboratory_line *l);

#endif
