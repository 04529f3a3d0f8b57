/* SPDX-License-Identifier: MIT */
/* The steps after the set-up: the runs, the files that are sent back, the end of the machine. */
#ifndef LULL_STEPS_H
#define LULL_STEPS_H

#include "experiment.h"

/*
 * Runs the experiment's commands in turn, first unmeasured, then measured, as often as it requests,
 * and reports each after its end; nothing is sent during a run. `base` is their common environment.
 * Returns the signal that asked to end the machine meanwhile, or 0.
 */
int measure(const struct experiment *experiment, char *const base[]);

/*
 * Sends every regular file that the globs match, each once, sorted, following links (match.h).
 * Warns of globs without a match and of unreadable files.
 */
void collect_files(const struct experiment_list *globs);

/* The path of the image's shell, or NULL. */
const char *shell_find(void);

/*
 * Runs a shell with job control on the terminal of /dev/console and waits for its end. Returns the
 * signal that asked to end the machine meanwhile, 0 if none, or -1 with errno if no process could
 * be made.
 */
int shell_run(const char *shell);

/*
 * Ends the machine and never returns. Falls back from power-off to restart, and from restart to
 * halt; at last init sleeps, as returning from PID 1 is a panic. FINISH_SHELL counts as power-off.
 */
_Noreturn void finish_machine(enum experiment_finish how);

#endif
