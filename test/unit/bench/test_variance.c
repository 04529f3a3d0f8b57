/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <cmocka.h>

#include "answer/variance.h"

enum { BOOTS = 400, SAMPLES = 16, SEED = 20191027 };

/*
 * Simulated boots with a known deviation between boots and within them: of the variance of a boot's
 * mean, this share comes from within.
 */
static double
share_within(double between, double within)
{
	return within * within / SAMPLES / (between * between + within * within / SAMPLES);
}

static double
estimate(double between, double within)
{
	static struct study study;
	struct answer_cell cells[2] = {{.baseline = 0, .twin = 0}, {.baseline = 0, .twin = 1}};
	struct answer_row rows[2] = {{.cell = 0}, {.cell = 1}};
	struct answer_measure measure = {
	    .is_ratio = true, .statistic = {STATISTIC_MEAN, 0}, .rows = rows};
	const struct answer a = {.study = &study, .cells = cells, .measures = &measure, .count = 1};
	struct paired_block blocks[BOOTS];
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	study.cells.count = 2;
	gsl_rng_set(rng, SEED);
	for (size_t b = 0; b < BOOTS; b++) {
		double numbers[2];
		for (size_t c = 0; c < 2; c++) {
			double boot = 1000 + gsl_ran_gaussian(rng, between);
			struct weighted values[SAMPLES];
			for (size_t i = 0; i < SAMPLES; i++)
				values[i] =
				    (struct weighted){boot + gsl_ran_gaussian(rng, within), 1};
			variance_samples(&measure, values, SAMPLES);
			numbers[c] = log(boot_statistic(measure.statistic, values, SAMPLES));
		}
		blocks[b] = paired_two(numbers[1], numbers[0]);
	}
	gsl_rng_free(rng);
	rows[1].is_compared = true;
	rows[1].paired = paired_compare(blocks, BOOTS, 1, SEED);
	return variance_within(&a, &measure);
}

static void
the_share_within_boots_is_estimated(void **state)
{
	static const double deviations[][2] = {{10, 20}, {20, 10}, {1, 40}, {5, 5}};
	(void)state;

	for (size_t i = 0; i < sizeof(deviations) / sizeof(*deviations); i++) {
		double truth = share_within(deviations[i][0], deviations[i][1]),
		       found = estimate(deviations[i][0], deviations[i][1]);
		assert_true(fabs(found - truth) < 0.05);
	}
}

static void
what_more_would_buy_follows_from_it(void **state)
{
	(void)state;

	assert_true(variance_twice_the_samples(0) == 0);
	assert_true(fabs(variance_twice_the_samples(1) - variance_twice_the_blocks()) < 1e-12);
	assert_true(fabs(variance_twice_the_blocks() - 0.29289) < 1e-5);
}

static void
too_few_samples_leave_it_unknown(void **state)
{
	struct answer_measure measure = {.statistic = {STATISTIC_MEAN, 0}};
	const struct weighted values[] = {{1, 1}, {2, 1}, {3, 1}};
	(void)state;

	variance_samples(&measure, values, 3);
	assert_int_equal(measure.within.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_share_within_boots_is_estimated),
	    cmocka_unit_test(what_more_would_buy_follows_from_it),
	    cmocka_unit_test(too_few_samples_leave_it_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
