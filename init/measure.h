/* SPDX-License-Identifier: MIT */
/* All runs of an experiment, one after the other, in silence, each reported when it is over. */
#ifndef LULL_MEASURE_H
#define LULL_MEASURE_H

#include "experiment.h"

/*
 * Runs the experiment's commands: all of them in turn, first unmeasured, then measured, as often as
 * it says. `base` is the environment that all have. Returns the signal by which the machine's end
 * was asked for meanwhile, 0 if it was not.
 */
int measure(const struct experiment *experiment, char *const base[]);

#endif
