/* SPDX-License-Identifier: MIT */
/* For precheck.c alone: whether an image has what an experiment runs. */
#ifndef BENCH_PRECHECK_RUN_H
#define BENCH_PRECHECK_RUN_H

#include "boot/contents.h"
#include "console/outcome.h"
#include "experiment.h"

/*
 * Checks the commands, the user and the folder of an experiment. What it mounts may have what the image lacks: such an
 * experiment passes. Returns false with what is missing in `why`, and outcome and status of a command that is.
 */
bool precheck_run(const struct contents *c, const struct experiment *e, struct refusal *refusal, struct text *why);

#endif
