/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statistics/boot_statistic.h"
#include "statistics/measure.h"
#include "statistics/paired.h"

/* A comparison, and what R says of it. */
struct expected {
	size_t count;
	double differences[16], mean, deviation, low, high, p;
};

#include "made/statistics_expected.h"

static void
expect_close(double value, double wanted)
{
	assert_true(fabs(value - wanted) <= 1e-9 * fmax(1e-9, fabs(wanted)));
}

static void
comparisons_are_those_of_r(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct expected *e = &expected[i];
		struct paired p = paired_compare(e->differences, e->count, 1);
		assert_int_equal(p.blocks, e->count);
		expect_close(p.mean, e->mean);
		expect_close(p.deviation, e->deviation);
		expect_close(p.low, e->low);
		expect_close(p.high, e->high);
		expect_close(p.p, e->p);
	}
}

static void
holm_is_that_of_r(void **state)
{
	double p[sizeof(raw) / sizeof(*raw)];
	(void)state;

	memcpy(p, raw, sizeof(p));
	assert_int_equal(paired_holm(p, sizeof(raw) / sizeof(*raw)), 0);
	for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++)
		expect_close(p[i], holm[i]);
}

static void
quantiles_are_those_of_r(void **state)
{
	enum { COUNT = sizeof(values) / sizeof(*values) };
	struct weighted all[COUNT];
	(void)state;

	for (size_t q = 0; q < sizeof(quantiles) / sizeof(*quantiles); q++) {
		for (size_t i = 0; i < COUNT; i++)
			all[i] = (struct weighted){values[i], 1};
		expect_close(
		    boot_statistic((struct boot_statistic){STATISTIC_QUANTILE, quantiles[q][0]},
				   all, COUNT),
		    quantiles[q][1]);
	}
}

/* A value of weight n counts as n values. */
static void
weights_are_numbers_of_samples(void **state)
{
	static const char *const names[] = {"min", "median", "mean", "p10", "p90", "p99.9"};
	struct weighted one[] = {{3, 1}, {1, 4}, {2, 3}, {9, 2}},
			other[] = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {2, 1},
				   {2, 1}, {2, 1}, {3, 1}, {9, 1}, {9, 1}};
	struct boot_statistic statistic;
	char name[BOOT_STATISTIC_NAME];
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_true(boot_statistic_parse(&statistic, names[i]));
		boot_statistic_name(statistic, name);
		assert_string_equal(name, names[i]);
		expect_close(boot_statistic(statistic, one, 4),
			     boot_statistic(statistic, other, 10));
	}
	assert_false(boot_statistic_parse(&statistic, "p0"));
	assert_false(boot_statistic_parse(&statistic, "p100"));
	assert_false(boot_statistic_parse(&statistic, "p1e1"));
	assert_false(boot_statistic_parse(&statistic, "average"));
}

static void
few_blocks_say_so(void **state)
{
	static const double one[] = {5};
	struct paired p = paired_compare(one, 0, 1);
	(void)state;

	assert_true(isnan(p.mean) && p.p == 1);
	p = paired_compare(one, 1, 1);
	assert_true(p.mean == 5 && isinf(p.low) && isinf(p.high) && p.p == 1);
	assert_int_equal(paired_least_blocks(1), 6);
	assert_int_equal(paired_least_blocks(2), 7);
	assert_int_equal(paired_least_blocks(60), 12);
	assert_int_equal(paired_blocks_to_tell(&p, 0.01, 6), 0);
}

/* Random flips agree with all of them, and repeat. */
static void
random_flips_are_near_all_flips(void **state)
{
	double differences[PAIRED_EXACT_BLOCKS + 1];
	(void)state;

	for (size_t i = 0; i <= PAIRED_EXACT_BLOCKS; i++)
		differences[i] = sin((double)i * 7) + 0.3;
	double all = paired_compare(differences, PAIRED_EXACT_BLOCKS, 1).p;
	differences[PAIRED_EXACT_BLOCKS] = 0; /* changes no sum */
	double some = paired_compare(differences, PAIRED_EXACT_BLOCKS + 1, 1).p;
	assert_true(fabs(some - all) < 5 * sqrt(all * (1 - all) / PAIRED_FLIPS));
	assert_true(some == paired_compare(differences, PAIRED_EXACT_BLOCKS + 1, 1).p);
}

static void
blocks_to_tell_tell(void **state)
{
	/* R, power-free: the least n with qt(0.975, n - 1) * 0.1 / sqrt(n) < 0.05 is 18. */
	const struct paired p = {.blocks = 8, .mean = 0.05, .deviation = 0.1};
	(void)state;

	assert_int_equal(paired_blocks_to_tell(&p, 0.01, 6), 18);
	assert_int_equal(paired_blocks_to_tell(&p, 0.01, 40), 40);
}

static void
units_have_directions(void **state)
{
	(void)state;
	assert_int_equal(measure_direction("ns"), DIRECTION_LOWER);
	assert_int_equal(measure_direction("instructions"), DIRECTION_LOWER);
	assert_int_equal(measure_direction("KiB"), DIRECTION_LOWER);
	assert_int_equal(measure_direction("faults"), DIRECTION_LOWER);
	assert_int_equal(measure_direction("MiB/s"), DIRECTION_HIGHER);
	assert_int_equal(measure_direction("requests/sec"), DIRECTION_HIGHER);
	assert_int_equal(measure_direction("switches"), DIRECTION_NONE);
	assert_int_equal(measure_direction("/s"), DIRECTION_NONE);
	assert_true(measure_seconds("us") == 1e-6 && measure_seconds("parsecs") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comparisons_are_those_of_r),
	    cmocka_unit_test(holm_is_that_of_r),
	    cmocka_unit_test(quantiles_are_those_of_r),
	    cmocka_unit_test(weights_are_numbers_of_samples),
	    cmocka_unit_test(few_blocks_say_so),
	    cmocka_unit_test(random_flips_are_near_all_flips),
	    cmocka_unit_test(blocks_to_tell_tell),
	    cmocka_unit_test(units_have_directions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
