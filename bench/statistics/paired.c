/* SPDX-License-Identifier: MIT */
#include "statistics/paired.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

#include "statistics/moments.h"

/* Half the width of the interval of a mean of `count` numbers, in units of their deviation. */
static double
half_width(size_t count, double alpha)
{
	return gsl_cdf_tdist_Qinv(alpha / 2, (double)count - 1) / sqrt((double)count);
}

double
paired_half_width(const struct paired *paired, double alpha)
{
	return paired->blocks >= 2 ? paired->deviation * half_width(paired->blocks, alpha)
				   : INFINITY;
}

struct paired_block
paired_two(double number, double baseline)
{
	return (struct paired_block){2, {number - baseline, baseline - number, 0}};
}

struct paired_block
paired_three(double number, double baseline, double copy)
{
	return (struct paired_block){3,
				     {number - (baseline + copy) / 2,
				      baseline - (number + copy) / 2,
				      copy - (number + baseline) / 2}};
}

/* Sums are rounded: those that equal the observed one must count as such. */
static double
threshold_of(const struct paired_block *blocks, size_t count)
{
	double sum = 0, largest = 0;

	for (size_t i = 0; i < count; i++) {
		sum += blocks[i].differences[0];
		largest += fabs(blocks[i].differences[0]);
	}
	return fabs(sum) - largest * 1e-12;
}

/* All sums of some blocks, one for each way to exchange their numbers; owned by the caller. */
struct sums {
	double at[256];
	unsigned count;
};

/* Adds blocks from `at` on, as many as fit. Returns the index of the next one. */
static size_t
make_sums(struct sums *sums, const struct paired_block *blocks, size_t at, size_t count)
{
	sums->count = 1;
	sums->at[0] = 0;
	for (; at < count && sums->count * blocks[at].ways <= 256; at++) {
		unsigned before = sums->count;
		for (unsigned way = blocks[at].ways; way-- > 0;)
			for (unsigned i = 0; i < before; i++)
				sums->at[way * before + i] =
				    sums->at[i] + blocks[at].differences[way];
		sums->count *= blocks[at].ways;
	}
	return at;
}

/* All permutations: each sum of the first group with each of the others. */
static double
test_all(const struct sums *groups, size_t count, double threshold, double so_far)
{
	double extreme = 0;

	for (unsigned i = 0; i < groups[0].count; i++)
		extreme += count == 1 ? fabs(so_far + groups[0].at[i]) >= threshold
				      : test_all(groups + 1, count - 1, threshold,
						 so_far + groups[0].at[i]);
	return extreme;
}

/* With the observed numbers as one of the permutations, p is valid, not only nearly so. */
static double
test_some(const struct sums *groups, size_t count, double threshold, size_t permutations,
	  uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double extreme = 1;

	if (rng == NULL)
		return 1;
	gsl_rng_set(rng, (unsigned long)(seed ^ seed >> 32) | 1);
	for (size_t k = 0; k < permutations; k++) {
		double sum = 0;
		for (size_t i = 0; i < count; i++) {
			/* 32 bits times the number of sums: its upper part is nearly uniform. */
			uint64_t draw = (uint64_t)gsl_rng_get(rng) * groups[i].count >> 32;
			sum += groups[i].at[draw];
		}
		extreme += fabs(sum) >= threshold;
	}
	gsl_rng_free(rng);
	return extreme / ((double)permutations + 1);
}

static double
test_blocks(const struct paired_block *blocks, size_t count, size_t tests, uint64_t seed)
{
	enum { PER_TEST = 40 }; /* the least p must be below PAIRED_ALPHA / tests */
	struct sums *groups = calloc(count, sizeof(*groups));
	size_t group_count = 0, permutations = PER_TEST * tests;
	double ways = 1, p;

	if (groups == NULL)
		return 1;
	if (permutations < PAIRED_PERMUTATIONS)
		permutations = PAIRED_PERMUTATIONS;
	for (size_t at = 0; at < count;)
		at = make_sums(&groups[group_count++], blocks, at, count);
	for (size_t i = 0; i < group_count; i++)
		ways *= groups[i].count;
	double threshold = threshold_of(blocks, count);
	p = ways <= PAIRED_EXACT ? test_all(groups, group_count, threshold, 0) / ways
				 : test_some(groups, group_count, threshold, permutations, seed);
	free(groups);
	return p;
}

struct paired
paired_compare(const struct paired_block *blocks, size_t count, size_t tests, uint64_t seed)
{
	struct paired result = {.blocks = count,
				.mean = NAN,
				.deviation = NAN,
				.low = -INFINITY,
				.high = INFINITY,
				.p = 1};
	struct moments moments = {0};

	for (size_t i = 0; i < count; i++)
		moments_add(&moments, blocks[i].differences[0]);
	if (count > 0)
		result.mean = moments.mean;
	if (count < 2)
		return result;
	result.deviation = moments_deviation(&moments);
	double half = paired_half_width(&result, PAIRED_ALPHA);
	result.low = result.mean - half;
	result.high = result.mean + half;
	result.p = test_blocks(blocks, count, tests, seed);
	return result;
}

int
paired_holm(double *p, size_t count)
{
	size_t *order = calloc(count > 0 ? count : 1, sizeof(*order));
	double highest = 0;

	if (order == NULL) {
		errno = ENOMEM;
		return -1;
	}
	gsl_sort_index(order, p, 1, count);
	for (size_t i = 0; i < count; i++) {
		double corrected = fmin(1, p[order[i]] * (double)(count - i));
		/* A larger p must not become the smaller one. */
		highest = fmax(highest, corrected);
		p[order[i]] = highest;
	}
	free(order);
	return 0;
}

size_t
paired_least_blocks(size_t tests)
{
	size_t blocks = 2;

	while (ldexp(2, -(int)blocks) * (double)tests > PAIRED_ALPHA)
		blocks++;
	return blocks;
}

/* The least number of blocks, more than `least`, with which half the width is below `wanted`. */
static size_t
blocks_for(double deviation, double alpha, double wanted, size_t least)
{
	size_t low = least + 1, high = PAIRED_BLOCKS_MAX;

	if (!(wanted > 0) || deviation * half_width(high, alpha) >= wanted)
		return PAIRED_BLOCKS_MAX;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (deviation * half_width(middle, alpha) < wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t
paired_blocks_to_tell(const struct paired *paired, double margin, size_t tests)
{
	size_t now = paired->blocks > 1 ? paired->blocks : 1, least = paired_least_blocks(tests);

	if (isnan(paired->deviation))
		return 0;
	size_t differs = blocks_for(paired->deviation, PAIRED_ALPHA / (double)tests,
				    fabs(paired->mean), now >= least ? now : least - 1),
	       same = blocks_for(paired->deviation, PAIRED_ALPHA, margin - fabs(paired->mean), now);
	size_t either = differs < same ? differs : same;
	return either < PAIRED_BLOCKS_MAX ? either : 0;
}

double
paired_least_difference(size_t blocks, double deviation, size_t tests)
{
	static const double power = 0.8;
	double n = (double)blocks;

	if (blocks < paired_least_blocks(tests))
		return INFINITY;
	return deviation * (half_width(blocks, PAIRED_ALPHA / (double)tests) +
			    gsl_cdf_tdist_Pinv(power, n - 1) / sqrt(n));
}
