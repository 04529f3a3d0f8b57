/* SPDX-License-Identifier: MIT */
/*
 * Performs all runs of an experiment in sequence and reports each after its end; nothing is sent
 * during a run.
 */
#ifndef LULL_MEASURE_H
#define LULL_MEASURE_H

#include "experiment.h"

/*
 * Runs the experiment's commands in turn, first unmeasured, then measured, as often as it requests.
 * `base` is their common environment. Returns the signal that asked to end the machine meanwhile,
 * or 0.
 */
int measure(const struct experiment *experiment, char *const base[]);

#endif
