/* SPDX-License-Identifier: MIT */
/*
 * How often the interval of a comparison holds the truth, in simulated studies of known truth: one
 * cell takes FACTOR times as long as the other in every boot. Prints the table of lull-report(5).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <cmocka.h>

#include "statistics/moments.h"
#include "statistics/paired.h"
#include "study/queue.h"

#define FACTOR 1.07

enum { STUDIES = 2000, BLOCKS_MOST = 200, SEED = 20191027 };

enum shape { NORMAL, SKEWED, BIMODAL, DRIFTING, SHAPES };

static const char *const names[SHAPES] = {"normal", "skewed", "bimodal", "drifting"};

/* The number of a boot in a block; boots of a block share what drifts. */
static double
draw_boot(gsl_rng *rng, enum shape shape, size_t block)
{
	switch (shape) {
	case SKEWED:
		return gsl_ran_lognormal(rng, 7, 0.3);
	case BIMODAL:
		return (gsl_rng_uniform(rng) < 0.3 ? 1300 : 1000) + gsl_ran_gaussian(rng, 20);
	case DRIFTING:
		return (1000 + 20 * (double)block) * (1 + gsl_ran_gaussian(rng, 0.05));
	default:
		return 1000 * (1 + gsl_ran_gaussian(rng, 0.05));
	}
}

/* Draws the log ratios of blocks `from` to `to`; with `drops`, each boot is lost by 10 %. */
static size_t
draw_blocks(gsl_rng *rng, enum shape shape, size_t from, size_t to, bool drops, double *differences)
{
	size_t count = 0;

	for (size_t b = from; b < to; b++) {
		double one = draw_boot(rng, shape, b), other = FACTOR * draw_boot(rng, shape, b);
		bool is_lost = drops && (gsl_rng_uniform(rng) < 0.1 || gsl_rng_uniform(rng) < 0.1);
		if (!is_lost)
			differences[count++] = log(other / one);
	}
	return count;
}

/* As paired_compare(), without its test, which takes most of its time. */
static bool
holds(const struct moments *m, double truth)
{
	return fabs(m->mean - truth) <= moments_half_width(m, PAIRED_ALPHA);
}

/* The share of studies whose interval holds the truth. */
static double
coverage_of(enum shape shape, size_t blocks, bool drops)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double differences[BLOCKS_MOST];
	unsigned held = 0, studies = 0;

	gsl_rng_set(rng, SEED + blocks);
	while (studies < STUDIES) {
		size_t count = draw_blocks(rng, shape, 0, blocks, drops, differences);
		if (count < 2)
			continue;
		struct moments m = {0};
		for (size_t i = 0; i < count; i++)
			moments_add(&m, differences[i]);
		studies++;
		held += holds(&m, log(FACTOR));
	}
	gsl_rng_free(rng);
	return (double)held / STUDIES;
}

static void
intervals_hold_the_truth(void **state)
{
	static const size_t blocks[] = {6, 10, 20, 40};
	(void)state;

	printf("%u studies each, seed %u + blocks\n%-10s %6s %9s %9s\n", STUDIES, SEED, "boots",
	       "blocks", "coverage", "10 % lost");
	for (int shape = 0; shape < SHAPES; shape++)
		for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
			double whole = coverage_of((enum shape)shape, blocks[i], false),
			       lost = coverage_of((enum shape)shape, blocks[i], true);
			printf("%-10s %6zu %8.1f%% %8.1f%%\n", names[shape], blocks[i], whole * 100,
			       lost * 100);
			assert_true(whole >= 0.93 && lost >= 0.93);
			if (shape == NORMAL && blocks[i] >= 10)
				assert_true(whole <= 0.97 && lost <= 0.97);
		}
}

/* Boots of two cells in blocks, drawn until the queue has the wanted precision. */
static struct moments
study_with_precision(gsl_rng *rng, enum shape shape, double precision)
{
	static const struct queue_what what[2] = {{0}};
	const struct queue_rules rules = {
	    .boots = 2, .limit = BLOCKS_MOST, .tries = 3, .precision = precision};
	struct queue q;
	size_t cell;
	uint64_t block;

	assert_int_equal(queue_make(&q, &rules, what, 2, 1), 0);
	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT) {
		double value = draw_boot(rng, shape, block) * (cell == 1 ? FACTOR : 1);
		const struct queue_boot boot = {cell,  block, OUTCOME_OK, true,
						false, true,  value,	  1};
		queue_count(&q, &boot);
	}
	struct moments ratios = q.cells[1].ratios;
	queue_free(&q);
	return ratios;
}

/* The precision is chosen so that it needs about so many blocks. */
static void
intervals_of_a_wanted_precision_hold_the_truth(void **state)
{
	static const double deviations[SHAPES] = {
	    [NORMAL] = 0.07, [SKEWED] = 0.42, [BIMODAL] = 0.17, [DRIFTING] = 0.07};
	static const double blocks[] = {8, 20, 40};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	(void)state;

	printf("with precision, %u studies each, seed %u\n%-10s %9s %6s %9s\n", STUDIES, SEED,
	       "boots", "precision", "blocks", "coverage");
	gsl_rng_set(rng, SEED);
	for (int shape = 0; shape < SHAPES; shape++)
		for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
			double wanted = expm1(2.1 * deviations[shape] / sqrt(blocks[i])), used = 0;
			unsigned held = 0;
			for (int study = 0; study < STUDIES; study++) {
				struct moments m =
				    study_with_precision(rng, (enum shape)shape, wanted);
				held += holds(&m, log(FACTOR));
				used += (double)m.count;
			}
			printf("%-10s %8.1f%% %6.1f %8.1f%%\n", names[shape], wanted * 100,
			       used / STUDIES, held * 100.0 / STUDIES);
			assert_true(held >= 0.93 * STUDIES);
		}
	gsl_rng_free(rng);
}

/* Two copies of the same cell are called different as often as the level says. */
static void
twins_are_rarely_called_different(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned different = 0;
	(void)state;

	gsl_rng_set(rng, SEED);
	for (int study = 0; study < STUDIES; study++) {
		struct moments m = {0};
		for (size_t b = 0; b < 10; b++)
			moments_add(&m, log(draw_boot(rng, (enum shape)(study % SHAPES), b) /
					    draw_boot(rng, (enum shape)(study % SHAPES), b)));
		different += !holds(&m, 0);
	}
	gsl_rng_free(rng);
	printf("twins called different in %.1f %% of %u studies, seed %u\n",
	       different * 100.0 / STUDIES, STUDIES, SEED);
	assert_true(different <= 0.065 * STUDIES);
}

/* Without a difference, about 5 % of the tests have p below 0.05, for every distribution. */
static void
tests_keep_their_level(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned different[2] = {0, 0};
	(void)state;

	gsl_rng_set(rng, SEED);
	for (int study = 0; study < STUDIES; study++) {
		struct paired_block two[10], three[10];
		for (size_t b = 0; b < 10; b++) {
			enum shape shape = (enum shape)(study % SHAPES);
			double one = log(draw_boot(rng, shape, b)),
			       base = log(draw_boot(rng, shape, b)),
			       copy = log(draw_boot(rng, shape, b));
			two[b] = paired_two(one, base);
			three[b] = paired_three(one, base, copy);
		}
		different[0] += paired_compare(two, 10, 1, 1).p < PAIRED_ALPHA;
		different[1] += paired_compare(three, 10, 1, 1).p < PAIRED_ALPHA;
	}
	gsl_rng_free(rng);
	printf("tests below 0.05 in %.1f %% of %u studies, with two copies of the baseline in %.1f "
	       "%%\n",
	       different[0] * 100.0 / STUDIES, STUDIES, different[1] * 100.0 / STUDIES);
	for (int i = 0; i < 2; i++)
		assert_true(different[i] <= 0.065 * STUDIES && different[i] >= 0.03 * STUDIES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(intervals_hold_the_truth),
	    cmocka_unit_test(intervals_of_a_wanted_precision_hold_the_truth),
	    cmocka_unit_test(twins_are_rarely_called_different),
	    cmocka_unit_test(tests_keep_their_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
