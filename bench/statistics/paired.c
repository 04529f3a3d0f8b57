/* SPDX-License-Identifier: MIT */
#include "statistics/paired.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

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

/* The sums of flips are rounded: those that equal the observed one must count as such. */
static double
threshold_of(const double *differences, size_t count, double sum)
{
	double largest = 0;

	for (size_t i = 0; i < count; i++)
		largest += fabs(differences[i]);
	return fabs(sum) - largest * 1e-12;
}

/* All flips, each from the last by one sign (a Gray code). By symmetry the last sign stays. */
static double
test_all_flips(const double *differences, size_t count, double sum)
{
	double threshold = threshold_of(differences, count, sum);
	uint32_t flips = UINT32_C(1) << (count - 1), extreme = 0, signs = 0;

	for (uint32_t i = 0;;) {
		extreme += fabs(sum) >= threshold;
		if (++i == flips)
			break;
		int flipped = __builtin_ctz(i);
		bool was_flipped = (signs >> flipped & 1) != 0;
		sum += (was_flipped ? 2 : -2) * differences[flipped];
		signs ^= UINT32_C(1) << flipped;
	}
	return (double)extreme / flips;
}

/*
 * The sums of eight differences for each of their 256 combinations of signs: a random flip then
 * takes a lookup for eight blocks.
 */
static void
sum_octet(const double *differences, size_t count, double sums[256])
{
	for (unsigned signs = 0; signs < 256; signs++) {
		sums[signs] = 0;
		for (size_t i = 0; i < count; i++)
			sums[signs] += (signs >> i & 1) != 0 ? differences[i] : -differences[i];
	}
}

/* With the observed signs as one of the flips, p is valid, not only nearly so. */
static double
test_random_flips(const double *differences, size_t count, double sum, uint64_t seed)
{
	double threshold = threshold_of(differences, count, sum);
	size_t octets = (count + 7) / 8;
	double(*sums)[256] = calloc(octets, sizeof(*sums));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned extreme = 1;

	if (rng == NULL || sums == NULL) {
		free(sums);
		return 1;
	}
	for (size_t i = 0; i < octets; i++)
		sum_octet(differences + 8 * i, count - 8 * i < 8 ? count - 8 * i : 8, sums[i]);
	gsl_rng_set(rng, (unsigned long)(seed ^ seed >> 32) | 1);
	for (int flip = 0; flip < PAIRED_FLIPS; flip++) {
		unsigned long bits = 0;
		double flipped = 0;
		for (size_t i = 0; i < octets; i++) {
			bits = i % 4 == 0 ? gsl_rng_get(rng) : bits >> 8;
			flipped += sums[i][bits & 255];
		}
		extreme += fabs(flipped) >= threshold;
	}
	gsl_rng_free(rng);
	free(sums);
	return extreme / (PAIRED_FLIPS + 1.0);
}

struct paired
paired_compare(const double *differences, size_t count, uint64_t seed)
{
	struct paired result = {.blocks = count,
				.mean = NAN,
				.deviation = NAN,
				.low = -INFINITY,
				.high = INFINITY,
				.p = 1};

	if (count == 0)
		return result;
	result.mean = gsl_stats_mean(differences, 1, count);
	if (count == 1)
		return result;
	result.deviation = gsl_stats_sd_m(differences, 1, count, result.mean);
	double half = paired_half_width(&result, PAIRED_ALPHA);
	result.low = result.mean - half;
	result.high = result.mean + half;
	double sum = result.mean * (double)count;
	result.p = count <= PAIRED_EXACT_BLOCKS ? test_all_flips(differences, count, sum)
						: test_random_flips(differences, count, sum, seed);
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

size_t
paired_blocks_to_tell(const struct paired *paired, double margin, size_t least)
{
	double mean = fabs(paired->mean), wanted = fmax(mean, margin - mean);
	size_t low = least > 2 ? least : 2, high = PAIRED_BLOCKS_MAX;

	if (isnan(paired->deviation) ||
	    paired->deviation * half_width(high, PAIRED_ALPHA) >= wanted)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (paired->deviation * half_width(middle, PAIRED_ALPHA) < wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
