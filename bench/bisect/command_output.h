/* SPDX-License-Identifier: MIT */
/* Executes commands of the host whose output is read. */
#ifndef BENCH_COMMAND_OUTPUT_H
#define BENCH_COMMAND_OUTPUT_H

/*
 * Executes argv[0], looked up in PATH; it gets SIGTERM if bench ends. Returns its standard output,
 * without the last newline, to be freed, and its exit status in *status, 128 and the number if a
 * signal ended it. Returns NULL after a message if it cannot be executed.
 */
char *command_output(const char *const argv[], int *status);

#endif
