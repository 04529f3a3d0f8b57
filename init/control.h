/* SPDX-License-Identifier: MIT */
#ifndef LULL_CONTROL_H
#define LULL_CONTROL_H

#include "experiment.h"

/*
 * The program if it is not PID 1: `poweroff`, `reboot` and `halt`, by its name, signal init to end
 * the machine; `init --version`. Returns the exit status.
 */
int control_main(int argc, char *argv[]);

/* Translates a signal to init into the way to end the machine. */
enum experiment_finish control_finish(int signal);

#endif
