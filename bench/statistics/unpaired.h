/* SPDX-License-Identifier: MIT */
/*
 * Comparison of two cells that were not booted in the same blocks, as of two studies. The unit is
 * the boot: each gives one number, in most cases its logarithm. Pure.
 *
 * The estimand is the difference of the two means: for logarithms, the logarithm of the ratio of
 * geometric means. Its interval is Welch's t (1947), which does not assume equal variances. The
 * test is a permutation of all boots between both groups, of Welch's t (Janssen, "Studentized
 * permutation tests for non-i.i.d. hypotheses and the generalized Behrens-Fisher problem", 1997):
 * exact if both distributions are the same, and asymptotically valid if only their means are.
 */
#ifndef BENCH_UNPAIRED_H
#define BENCH_UNPAIRED_H

#include <stddef.h>
#include <stdint.h>

struct unpaired {
	size_t counts[2];
	double mean;	  /* of the second group minus that of the first; NAN: one is empty */
	double low, high; /* the 95 % interval; infinite if a group has fewer than two numbers */
	double p;	  /* of the test, two-sided, not corrected; 1 if low is infinite */
};

/*
 * Compares `counts[1]` numbers of the second group with `counts[0]` of the first. `tests` and
 * `seed` are as in paired_compare().
 */
struct unpaired unpaired_compare(const double *const numbers[2], const size_t counts[2],
				 size_t tests, uint64_t seed);

/*
 * The least number of boots in each group with which the smallest of `tests` p-values can be below
 * PAIRED_ALPHA: 2n boots can be divided in C(2n, n) ways, of which two have the largest difference.
 */
size_t unpaired_least_boots(size_t tests);

#endif
