/* SPDX-License-Identifier: MIT */
/*
 * Experiments of a study with several commands. The journal has one value per name and boot, which
 * would pool programs that have nothing in common, so these experiments have no values.
 */
#ifndef BENCH_STUDY_COMMANDS_H
#define BENCH_STUDY_COMMANDS_H

#include <stdio.h>

#include "study/study.h"

/* Prints a line for each experiment known to have several commands, that it has no values. */
void study_commands_print(const struct study *s, const char *before, FILE *stream);

/*
 * Prints to stderr the experiments known to have several commands. With them, the plan, called
 * `name` in messages, must not set precision or noisy. Returns 0, or -1 after a message.
 */
int study_commands_check(const struct study *s, const char *name);

#endif
