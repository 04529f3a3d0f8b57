/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "statistics/paired.h"
#include "statistics/unpaired.h"

/* Two groups of numbers, and their comparison by R. */
struct expected {
	size_t counts[2];
	double numbers[2][8], mean, low, high, p;
};

#include "made/unpaired_expected.h"

static void
expect_close(double value, double wanted)
{
	assert_true(fabs(value - wanted) <= 1e-9 * fmax(1e-9, fabs(wanted)));
}

static struct unpaired
compare(const struct expected *e, int first)
{
	const double *const numbers[2] = {e->numbers[first], e->numbers[!first]};
	const size_t counts[2] = {e->counts[first], e->counts[!first]};

	return unpaired_compare(numbers, counts, 1, 1);
}

static void
comparisons_are_those_of_r(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct expected *e = &expected[i];
		struct unpaired u = compare(e, 0), back = compare(e, 1);
		assert_int_equal(u.counts[0], e->counts[0]);
		assert_int_equal(u.counts[1], e->counts[1]);
		expect_close(u.mean, e->mean);
		expect_close(u.low, e->low);
		expect_close(u.high, e->high);
		expect_close(u.p, e->p);
		expect_close(back.mean, -e->mean);
		expect_close(back.low, -e->high);
		expect_close(back.p, e->p);
	}
}

static void
one_number_tells_nothing(void **state)
{
	static const struct expected one = {{1, 3}, {{1}, {2, 2, 3}}, 0, 0, 0, 0};
	static const struct expected none = {{0, 2}, {{0}, {2, 2}}, 0, 0, 0, 0};
	(void)state;

	struct unpaired u = compare(&one, 0);
	assert_true(isinf(u.low) && isinf(u.high) && u.low < 0 && u.p == 1);
	expect_close(u.mean, 4.0 / 3);
	u = compare(&none, 0);
	assert_true(isnan(u.mean) && isinf(u.low) && u.p == 1);
}

static void
the_least_number_of_boots_is_enough(void **state)
{
	static const size_t tests[] = {1, 2, 10, 64};
	enum { MOST = 16 };
	double numbers[2][MOST];
	const double *const groups[2] = {numbers[0], numbers[1]};
	(void)state;

	assert_int_equal(unpaired_least_boots(1), 4);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		size_t least = unpaired_least_boots(tests[i]);
		assert_true(least <= MOST);
		for (size_t n = 0; n < least; n++) {
			numbers[0][n] = (double)n / 100;
			numbers[1][n] = 10 + (double)n / 100;
		}
		double p = unpaired_compare(groups, (size_t[]){least, least}, 1, 1).p,
		       fewer = unpaired_compare(groups, (size_t[]){least - 1, least - 1}, 1, 1).p;
		assert_true(p * (double)tests[i] <= PAIRED_ALPHA);
		assert_true(fewer * (double)tests[i] > PAIRED_ALPHA);
	}
}

/* Two groups of these sizes and deviations with the same mean. Returns the share of p below 5 %. */
static double
false_positives(size_t n, size_t m, double deviation, double other, double *coverage)
{
	enum { STUDIES = 2000, MOST = 16 };
	double numbers[2][MOST], found = 0;
	const double *const groups[2] = {numbers[0], numbers[1]};
	const size_t counts[2] = {n, m};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, 17);
	*coverage = 0;
	for (uint64_t i = 0; i < STUDIES; i++) {
		for (size_t k = 0; k < n; k++)
			numbers[0][k] = gsl_ran_gaussian(rng, deviation);
		for (size_t k = 0; k < m; k++)
			numbers[1][k] = gsl_ran_gaussian(rng, other);
		struct unpaired u = unpaired_compare(groups, counts, 1, i);
		found += u.p < PAIRED_ALPHA;
		*coverage += u.low <= 0 && u.high >= 0;
	}
	gsl_rng_free(rng);
	*coverage /= STUDIES;
	return found / STUDIES;
}

/* With the difference of means as the statistic the second share would be 17 %. */
static void
unequal_variances_are_no_difference(void **state)
{
	double coverage;
	(void)state;

	assert_true(false_positives(7, 7, 1, 1, &coverage) < 0.075);
	assert_true(coverage >= 0.93);
	double share = false_positives(6, 12, 3, 1, &coverage);
	assert_true(share < 0.09);
	assert_true(coverage >= 0.93);
}

static void
random_divisions_repeat_with_the_seed(void **state)
{
	enum { COUNT = 20 };
	double numbers[2][COUNT];
	const double *const groups[2] = {numbers[0], numbers[1]};
	const size_t counts[2] = {COUNT, COUNT};
	(void)state;

	for (size_t i = 0; i < COUNT; i++) {
		numbers[0][i] = (double)(i * 7 % COUNT);
		numbers[1][i] = (double)(i * 3 % COUNT) + 3;
	}
	double p = unpaired_compare(groups, counts, 1, 5).p;
	assert_true(p > 0.05 && p < 0.2);
	assert_true(p == unpaired_compare(groups, counts, 1, 5).p);
	assert_true(p != unpaired_compare(groups, counts, 1, 6).p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comparisons_are_those_of_r),
	    cmocka_unit_test(one_number_tells_nothing),
	    cmocka_unit_test(the_least_number_of_boots_is_enough),
	    cmocka_unit_test(unequal_variances_are_no_difference),
	    cmocka_unit_test(random_divisions_repeat_with_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
