/* SPDX-License-Identifier: MIT */
/*
 * Comparison of two cells of a study. The unit is the boot: each block (queue.h) gives one number,
 * the difference of its two boots, in most cases of their logarithms. Pure.
 *
 * The estimand is the mean of these differences: for logarithms, the logarithm of the geometric
 * mean of the ratios within blocks. Its interval is Student's t on the differences. The test flips
 * the signs of the differences: if nothing differs, either boot of a block could have had either
 * number (Fisher 1935; Ernst, "Permutation Methods", 2004).
 */
#ifndef BENCH_PAIRED_H
#define BENCH_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PAIRED_EXACT_BLOCKS = 16, /* up to here all 2^n flips, above it PAIRED_FLIPS random ones */
	PAIRED_FLIPS = 19999,
	PAIRED_BLOCKS_MAX = 1000 * 1000,
};

/* The level of all tests, and 1 minus that of all intervals. */
#define PAIRED_ALPHA 0.05

struct paired {
	size_t blocks;
	double mean;	  /* of the differences; NAN: no blocks */
	double deviation; /* their standard deviation; NAN with fewer than two blocks */
	double low, high; /* the 95 % interval of the mean; infinite with fewer than two blocks */
	double p;	  /* of the test, two-sided, not corrected for other tests; 1: no blocks */
};

/*
 * Compares by `count` differences, which must be finite. `seed` is that of the random flips: the
 * same seed gives the same p.
 */
struct paired paired_compare(const double *differences, size_t count, uint64_t seed);

/* Half the width of the interval of level 1 - alpha, as that of low and high is 1 - PAIRED_ALPHA.
 */
double paired_half_width(const struct paired *paired, double alpha);

/*
 * Corrects p-values for the number of tests by Holm's method (Holm 1979), in place: each is then to
 * be compared with PAIRED_ALPHA. Returns 0, or -1 with errno ENOMEM.
 */
int paired_holm(double *p, size_t count);

/*
 * The least number of blocks with which the smallest of `tests` p-values can be below PAIRED_ALPHA:
 * sign flips of n blocks give no less than 2 / 2^n.
 */
size_t paired_least_blocks(size_t tests);

/*
 * An estimate of the number of blocks, at least `least`, with which the comparison would tell: with
 * the same mean and deviation, the interval would exclude 0, or lie between -margin and margin.
 * 0: not known, or more than PAIRED_BLOCKS_MAX.
 */
size_t paired_blocks_to_tell(const struct paired *paired, double margin, size_t least);

#endif
