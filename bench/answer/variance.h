/* SPDX-License-Identifier: MIT */
/*
 * Where the variance of a measure comes from: from within boots, which more samples in a boot make
 * smaller, or from between boots, which only more boots do (Kalibera and Jones, "Rigorous
 * Benchmarking in Reasonable Time", 2013, section 6). The part from within is estimated from each
 * boot's samples at odd and at even places: each half has twice the variance of the whole. Samples
 * that are alike because they are neighbours are in both halves, so they do not count as many.
 * That holds for means and medians; for other statistics the share is unknown.
 */
#ifndef BENCH_VARIANCE_H
#define BENCH_VARIANCE_H

#include <stddef.h>

#include "answer/answer.h"

/* Records the samples of a measure in one boot, in the order in which they came. */
void variance_samples(struct answer_measure *measure, const struct weighted *values, size_t count);

/*
 * The share of the variance of a boot's number that comes from within the boot, from 0 to 1, after
 * the comparison; NAN: unknown.
 */
double variance_within(const struct answer *a, const struct answer_measure *measure);

/* By which fraction an interval becomes narrower with twice the samples in a boot. */
double variance_twice_the_samples(double within);

/* The same with twice the blocks. */
double variance_twice_the_blocks(void);

#endif
