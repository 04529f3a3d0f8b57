/* SPDX-License-Identifier: MIT */
/*
 * Experiments of a study that have several commands. A journal has one value of each name for a
 * boot, which would be pooled over programs that have nothing in common: it has none of them.
 */
#ifndef BENCH_STUDY_COMMANDS_H
#define BENCH_STUDY_COMMANDS_H

#include <stdio.h>

#include "study/study.h"

/*
 * Appends a line for each such experiment, as far as known: that no values are kept of it, and why.
 */
void study_commands_print(const struct study *s, const char *before, FILE *stream);

/*
 * Prints to stderr which experiments are known to have several commands; the plan, called `name` in
 * messages, may then ask for no precision and set no limit of noise. Returns 0, or -1 after a
 * message.
 */
int study_commands_check(const struct study *s, const char *name);

#endif
