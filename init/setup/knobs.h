/* SPDX-License-Identifier: MIT */
/* Knobs of the kernel below /proc and /sys, as the key `write` has them. */
#ifndef LULL_KNOBS_H
#define LULL_KNOBS_H

#include "experiment.h"

/*
 * Writes each, reads it back and gives path, the value before and the one after to `tell`; NULL for
 * what cannot be read. Returns NULL, or why no experiment may run: one did not take.
 */
const char *knobs_write(const struct experiment_list *knobs,
			void (*tell)(const char *path, const char *before, const char *after));

#endif
