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

enum { PAIRED_MOST = 32 };

static void
expect_close(double value, double wanted)
{
	assert_true(fabs(value - wanted) <= 1e-9 * fmax(1e-9, fabs(wanted)));
}

/* Compares blocks of two boots with these differences. */
static struct paired
compare(const double *differences, size_t count)
{
	struct paired_block blocks[PAIRED_MOST];

	for (size_t i = 0; i < count; i++)
		blocks[i] = paired_two(differences[i], 0);
	return paired_compare(blocks, count, 1, 1);
}

static void
comparisons_are_those_of_r(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct expected *e = &expected[i];
		struct paired p = compare(e->differences, e->count);
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
	struct paired p = compare(one, 0);
	(void)state;

	assert_true(isnan(p.mean) && p.p == 1);
	p = compare(one, 1);
	assert_true(p.mean == 5 && isinf(p.low) && isinf(p.high) && p.p == 1);
	assert_int_equal(paired_least_blocks(1), 6);
	assert_int_equal(paired_least_blocks(2), 7);
	assert_int_equal(paired_least_blocks(60), 12);
	assert_int_equal(paired_blocks_to_tell(&p, 0.01, 1), 0);
}

/* Random permutations agree with all of them, and repeat. */
static void
random_permutations_are_near_all(void **state)
{
	double differences[17];
	(void)state;

	for (size_t i = 0; i < 16; i++)
		differences[i] = sin((double)i * 7) + 0.3;
	differences[16] = 0; /* changes no sum */
	double all = compare(differences, 16).p, some = compare(differences, 17).p;
	assert_true(all > 0.001 &&
		    fabs(some - all) < 5 * sqrt(all * (1 - all) / PAIRED_PERMUTATIONS));
	assert_true(some == compare(differences, 17).p);
}

/* By hand: one block of three boots, 3 against the mean of 1 and 2. */
static void
two_copies_of_the_baseline_are_exchanged_too(void **state)
{
	const struct paired_block block = paired_three(3, 1, 2), blocks[] = {block, block};
	(void)state;

	expect_close(block.differences[0], 1.5);
	expect_close(block.differences[1], -1.5);
	expect_close(block.differences[2], 0);
	/* Of the nine sums two are as far from 0 as 3. */
	expect_close(paired_compare(blocks, 2, 1, 1).p, 2.0 / 9);
}

static void
blocks_to_tell_tell(void **state)
{
	/* By R: the least n with qt(0.975, n - 1) * 0.1 / sqrt(n) < 0.05 is 18. */
	const struct paired p = {.blocks = 8, .mean = 0.05, .deviation = 0.1},
			    later = {.blocks = 40, .mean = 0.05, .deviation = 0.1};
	(void)state;

	assert_int_equal(paired_blocks_to_tell(&p, 0.01, 1), 18);
	/* Never a number that the study has already; more tests need more. */
	assert_int_equal(paired_blocks_to_tell(&later, 0.01, 1), 41);
	assert_true(paired_blocks_to_tell(&p, 0.01, 100) > 40);
	/* The least n with qt(0.975, n - 1) * 0.1 / sqrt(n) < 0.1 - 0.05 again. */
	assert_int_equal(paired_blocks_to_tell(&p, 0.1, 1000), 18);
	/* More than there are, also where the interval already excludes 0 and only the test does
	 * not. */
	const struct paired near = {.blocks = 6, .mean = 0.03, .deviation = 0.025};
	assert_int_equal(paired_blocks_to_tell(&near, 0.0001, 1), 7);
}

/* By R: power.t.test(n, sd = 0.05, sig.level = 0.05 / tests, power = 0.8, type = "paired"). */
static void
the_least_difference_is_that_of_r(void **state)
{
	(void)state;

	assert_true(fabs(paired_least_difference(6, 0.05, 1) / 0.0717479 - 1) < 0.01);
	assert_true(fabs(paired_least_difference(10, 0.05, 1) / 0.0498183 - 1) < 0.01);
	assert_true(fabs(paired_least_difference(40, 0.05, 20) / 0.0324860 - 1) < 0.01);
	assert_true(isinf(paired_least_difference(6, 0.05, 20)));
}

/* The least p must allow a verdict, however many tests there are. */
static void
many_tests_have_enough_permutations(void **state)
{
	struct paired_block blocks[PAIRED_MOST];
	(void)state;

	for (size_t i = 0; i < PAIRED_MOST; i++)
		blocks[i] = paired_two(1 + 0.01 * (double)i, 0);
	assert_true(paired_compare(blocks, PAIRED_MOST, 5000, 1).p * 5000 < PAIRED_ALPHA);
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
	    cmocka_unit_test(random_permutations_are_near_all),
	    cmocka_unit_test(two_copies_of_the_baseline_are_exchanged_too),
	    cmocka_unit_test(many_tests_have_enough_permutations),
	    cmocka_unit_test(blocks_to_tell_tell),
	    cmocka_unit_test(the_least_difference_is_that_of_r),
	    cmocka_unit_test(units_have_directions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
