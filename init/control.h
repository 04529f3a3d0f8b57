/* SPDX-License-Identifier: MIT */
#ifndef LULL_CONTROL_H
#define LULL_CONTROL_H

#include "experiment.h"

/*
 * The program when it is not PID 1: `poweroff`, `reboot` and `halt` by the name it is called by,
 * which ask init for the machine's end by a signal, and `init --version`. Returns the exit status.
 */
int control_main(int argc, char *argv[]);

/* What a signal that reached init asks for. */
enum experiment_finish control_finish(int signal);

#endif
