/* SPDX-License-Identifier: MIT */
/* Sends files back after all runs, by the key `collect`. */
#ifndef LULL_COLLECT_H
#define LULL_COLLECT_H

#include "experiment.h"

/*
 * Sends every regular file that the globs match, each once, sorted, following links (match.h).
 * Warns of globs without a match and of unreadable files.
 */
void collect_files(const struct experiment_list *globs);

#endif
