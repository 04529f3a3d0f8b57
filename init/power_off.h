/* SPDX-License-Identifier: MIT */
#ifndef LULL_FINISH_H
#define LULL_FINISH_H

#include "experiment.h"

/*
 * Ends the machine and never returns. Falls back from power-off to restart, and from restart to
 * halt; at last init sleeps, as returning from PID 1 is a panic. FINISH_SHELL counts as power-off.
 */
_Noreturn void finish_machine(enum experiment_finish how);

#endif
