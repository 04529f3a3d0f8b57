/* SPDX-License-Identifier: MIT */
/*
 * Experiments of a study with several commands, whose numbers are kept apart. Precision needs
 * COMMAND:NAME for them; noisy does not support them.
 */
#ifndef BENCH_STUDY_COMMANDS_H
#define BENCH_STUDY_COMMANDS_H

#include "study/study.h"

/*
 * With experiments known to have several commands, the plan, called `name` in messages, must not
 * set noisy, nor precision without a command's number. Returns 0, or -1 after a message.
 */
int study_commands_check(const struct study *s, const char *name);

#endif
