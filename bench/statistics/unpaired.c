/* SPDX-License-Identifier: MIT */
#include "statistics/unpaired.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "statistics/moments.h"
#include "statistics/paired.h"

/* All numbers, minus their mean, of which `chosen` make one group and the rest the other. */
struct pool {
	double *numbers; /* owned */
	size_t count, chosen;
	double sum, squares; /* of all numbers */
	double largest;	     /* absolute value */
};

/*
 * The absolute value of Welch's t for a choice, given its sum and its sum of squares. Rounding
 * makes small variances inaccurate: below 1e-6 of the largest square t is infinite.
 */
static double
welch_t(const struct pool *pool, double sum, double squares)
{
	double n = (double)pool->chosen, m = (double)(pool->count - pool->chosen),
	       rest = pool->sum - sum, difference = fabs(sum / n - rest / m),
	       one = (squares - sum * sum / n) / (n - 1),
	       other = (pool->squares - squares - rest * rest / m) / (m - 1);

	if (difference <= pool->largest * 1e-12)
		return 0;
	if (one / n + other / m <= pool->largest * pool->largest * 1e-6)
		return INFINITY;
	return difference / sqrt(one / n + other / m);
}

/* Sums are rounded: a t that equals the observed one must count as such. */
static bool
is_extreme(const struct pool *pool, double sum, double squares, double observed)
{
	return welch_t(pool, sum, squares) >= observed * (1 - 1e-8);
}

/* All choices of `left` numbers from `at` on, added to those chosen so far. */
static double
test_all(const struct pool *pool, size_t at, size_t left, double sum, double squares,
	 double observed)
{
	double extreme = 0;

	if (left == 0)
		return is_extreme(pool, sum, squares, observed);
	for (; at + left <= pool->count; at++)
		extreme += test_all(pool, at + 1, left - 1, sum + pool->numbers[at],
				    squares + pool->numbers[at] * pool->numbers[at], observed);
	return extreme;
}

/* With the observed choice as one of the permutations, p is valid, not only nearly so. */
static double
test_some(const struct pool *pool, double observed, size_t permutations, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double *chosen = calloc(pool->chosen, sizeof(*chosen)), extreme = 1;

	if (rng == NULL || chosen == NULL) {
		extreme = (double)permutations + 1;
		goto out;
	}
	gsl_rng_set(rng, (unsigned long)(seed ^ seed >> 32) | 1);
	for (size_t k = 0; k < permutations; k++) {
		double sum = 0, squares = 0;
		gsl_ran_choose(rng, chosen, pool->chosen, pool->numbers, pool->count,
			       sizeof(*chosen));
		for (size_t i = 0; i < pool->chosen; i++) {
			sum += chosen[i];
			squares += chosen[i] * chosen[i];
		}
		extreme += is_extreme(pool, sum, squares, observed);
	}
out:
	if (rng != NULL)
		gsl_rng_free(rng);
	free(chosen);
	return extreme / ((double)permutations + 1);
}

/* The number of ways to choose, or more than PAIRED_EXACT. */
static double
ways_of(size_t count, size_t chosen)
{
	double ways = 1;

	for (size_t i = 1; i <= chosen && ways <= PAIRED_EXACT; i++)
		ways = ways * (double)(count - chosen + i) / (double)i;
	return ways;
}

/* Puts all numbers into the pool, those of the smaller group first. Returns 0, or -1. */
static int
fill_pool(struct pool *pool, const double *const numbers[2], const size_t counts[2])
{
	int first = counts[1] < counts[0];
	double mean = 0;

	*pool = (struct pool){.count = counts[0] + counts[1], .chosen = counts[first]};
	pool->numbers = calloc(pool->count, sizeof(*pool->numbers));
	if (pool->numbers == NULL)
		return -1;
	memcpy(pool->numbers, numbers[first], counts[first] * sizeof(double));
	memcpy(pool->numbers + counts[first], numbers[!first], counts[!first] * sizeof(double));
	for (size_t i = 0; i < pool->count; i++)
		mean += pool->numbers[i] / (double)pool->count;
	for (size_t i = 0; i < pool->count; i++) {
		pool->numbers[i] -= mean;
		pool->sum += pool->numbers[i];
		pool->squares += pool->numbers[i] * pool->numbers[i];
		pool->largest = fmax(pool->largest, fabs(pool->numbers[i]));
	}
	return 0;
}

static double
test_groups(const double *const numbers[2], const size_t counts[2], size_t tests, uint64_t seed)
{
	enum { PER_TEST = 40 }; /* as in paired.c */
	size_t permutations =
	    PER_TEST * tests < PAIRED_PERMUTATIONS ? PAIRED_PERMUTATIONS : PER_TEST * tests;
	struct pool pool;
	double sum = 0, squares = 0;

	if (fill_pool(&pool, numbers, counts) != 0)
		return 1;
	for (size_t i = 0; i < pool.chosen; i++) {
		sum += pool.numbers[i];
		squares += pool.numbers[i] * pool.numbers[i];
	}
	double observed = welch_t(&pool, sum, squares), ways = ways_of(pool.count, pool.chosen),
	       p = ways <= PAIRED_EXACT ? test_all(&pool, 0, pool.chosen, 0, 0, observed) / ways
					: test_some(&pool, observed, permutations, seed);
	free(pool.numbers);
	return p;
}

struct unpaired
unpaired_compare(const double *const numbers[2], const size_t counts[2], size_t tests,
		 uint64_t seed)
{
	struct moments groups[2] = {{.count = 0}, {.count = 0}};
	double errors[2]; /* squares of the means' standard errors */

	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < counts[i]; k++)
			moments_add(&groups[i], numbers[i][k]);
		double deviation = moments_deviation(&groups[i]);
		errors[i] = deviation * deviation / (double)counts[i];
	}
	struct unpaired result = {
	    .counts = {counts[0], counts[1]},
	    .mean = counts[0] > 0 && counts[1] > 0 ? groups[1].mean - groups[0].mean : NAN,
	    .low = -INFINITY,
	    .high = INFINITY,
	    .p = 1};

	if (counts[0] < 2 || counts[1] < 2)
		return result;
	/* The degrees of freedom of Welch and Satterthwaite. */
	double error = errors[0] + errors[1];
	double freedom = error * error /
			 (errors[0] * errors[0] / ((double)counts[0] - 1) +
			  errors[1] * errors[1] / ((double)counts[1] - 1));
	double half = error > 0 ? gsl_cdf_tdist_Qinv(PAIRED_ALPHA / 2, freedom) * sqrt(error) : 0;
	result.low = result.mean - half;
	result.high = result.mean + half;
	result.p = test_groups(numbers, counts, tests, seed);
	return result;
}

size_t
unpaired_least_boots(size_t tests)
{
	size_t boots = 2;
	double ways = 6; /* C(2n, n) */

	for (; 2 / ways * (double)tests > PAIRED_ALPHA; boots++)
		ways *= 2 * (2 * (double)boots + 1) / ((double)boots + 1);
	return boots;
}
