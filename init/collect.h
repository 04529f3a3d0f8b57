/* SPDX-License-Identifier: MIT */
/* Files that are sent back when all runs are over, by the key `collect`. */
#ifndef LULL_COLLECT_H
#define LULL_COLLECT_H

#include "experiment.h"

/*
 * Sends every regular file that the globs match, each once, sorted, through links (match.h); a
 * warning for a glob that matches nothing and for what cannot be read.
 */
void collect_files(const struct experiment_list *globs);

#endif
