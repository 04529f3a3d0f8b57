/* SPDX-License-Identifier: MIT */
/* Which experiment it is, from the files of the image and the kernel's command line. */
#ifndef LULL_CHOOSE_H
#define LULL_CHOOSE_H

#include "experiment.h"

/*
 * Reads the experiment: from the image's file that the command line names, or its only one, then
 * what an archive behind the image says, then the command line itself. Returns NULL, or why no
 * experiment may run.
 */
const char *choose_experiment(struct experiment *experiment);

#endif
