/* SPDX-License-Identifier: MIT */
/*
 * Comparison of two cells of a study. The unit is the boot: each block (queue.h) gives one number,
 * the difference of its two boots, in most cases of their logarithms. Pure.
 *
 * The estimand is the mean of these differences: for logarithms, the logarithm of the geometric
 * mean of the ratios within blocks. Its interval is Student's t on the differences. The test is a
 * permutation within blocks: if nothing differs, each boot of a block could have had each of its
 * numbers (Fisher 1935; Ernst, "Permutation Methods", 2004). With two boots in a block this flips
 * the sign of its difference; if two copies of the baseline make it three boots, each of them could
 * be the one that is compared with the mean of the others.
 */
#ifndef BENCH_PAIRED_H
#define BENCH_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PAIRED_EXACT = 1 << 16,	     /* up to here all permutations, above it random ones */
	PAIRED_PERMUTATIONS = 19999, /* of these at least as many */
	PAIRED_WAYS = 3,
	PAIRED_BLOCKS_MAX = 1000 * 1000,
};

/* The level of all tests, and 1 minus that of all intervals. */
#define PAIRED_ALPHA 0.05

/* The difference of a block, and those with the numbers of its boots exchanged. */
struct paired_block {
	unsigned ways;			 /* 2, or 3 if the baseline has two copies in the block */
	double differences[PAIRED_WAYS]; /* the first one is the observed one */
};

/* A block of two boots. */
struct paired_block paired_two(double number, double baseline);

/* A block with two copies of the baseline, whose mean is compared. */
struct paired_block paired_three(double number, double baseline, double copy);

struct paired {
	size_t blocks;
	double mean;	  /* of the differences; NAN: no blocks */
	double deviation; /* their standard deviation; NAN with fewer than two blocks */
	double low, high; /* the 95 % interval of the mean; infinite with fewer than two blocks */
	double p;	  /* of the test, two-sided, not corrected for other tests; 1: no blocks */
};

/*
 * Compares by `count` blocks, whose differences must be finite. `tests` is an upper bound of the
 * number of rows of the table: of more tests the smallest p must be able to be smaller. `seed` is
 * that of random permutations: the same seed gives the same p.
 */
struct paired paired_compare(const struct paired_block *blocks, size_t count, size_t tests,
			     uint64_t seed);

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
 * flips of n signs give no less than 2 / 2^n.
 */
size_t paired_least_blocks(size_t tests);

/*
 * An estimate of the number of blocks, more than now, with which the comparison would tell: with
 * the same mean and deviation, the interval would exclude 0 at the level of one of `tests` tests,
 * or lie between -margin and margin. 0: not known, or more than PAIRED_BLOCKS_MAX.
 */
size_t paired_blocks_to_tell(const struct paired *paired, double margin, size_t tests);

/*
 * An estimate of the smallest mean that a comparison of `blocks` blocks would tell from 0 with a
 * probability of 80 %, if the differences have this deviation; infinite with fewer
 * blocks than paired_least_blocks().
 */
double paired_least_difference(size_t blocks, double deviation, size_t tests);

#endif
