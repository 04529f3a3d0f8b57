/* SPDX-License-Identifier: MIT */
/* The study of one point of a bisection: one cell in exact mode. */
#ifndef BENCH_BISECT_STUDY_H
#define BENCH_BISECT_STUDY_H

#include "bisect/bisection.h"

/*
 * Measures a kernel with arguments, in a study in the folder of the bisection, and continues one
 * that was interrupted. `repeats`: the first layout is booted again, to check that it gives the
 * same values. Returns 0 with the values, or the reason why it has none, in `entry`, and the
 * study's folder, to be freed, in *study; or -1 after a message if bench itself failed.
 */
int bisect_study_measure(const struct bisection *b, const char *kernel, const char *args,
			 bool repeats, struct bisect_entry *entry, char **study);

#endif
