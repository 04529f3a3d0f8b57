/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made/queue_made.h"

static void
every_block_boots_each_cell_once(void **state)
{
	struct queue q = queue_of(&usual);
	unsigned seen[5] = {0};
	size_t cell, boots = 0;
	uint64_t block, last = 0;
	(void)state;

	assert_int_equal(queue_left(&q), 5 * CELLS);
	for (; queue_take(&q, 0, &cell, &block) == QUEUE_NEXT; boots++) {
		assert_true(block >= last && block < 5);
		assert_false(seen[block] & 1u << cell);
		seen[block] |= 1u << cell;
		last = block;
		end_boot(&q, cell, block, OUTCOME_OK, 1);
	}
	assert_int_equal(boots, 5 * CELLS);
	assert_int_equal(queue_left(&q), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(seen[i], (1u << CELLS) - 1);
	queue_free(&q);
}

/* All orders of a study: CELLS numbers per block. */
static void
orders_of(uint64_t seed, size_t orders[BOOTS_MAX])
{
	struct queue_rules rules = usual;
	uint64_t block;

	rules.seed = seed;
	struct queue q = queue_of(&rules);
	for (size_t i = 0; queue_take(&q, 0, &orders[i], &block) == QUEUE_NEXT; i++)
		end_boot(&q, orders[i], block, OUTCOME_OK, 1);
	queue_free(&q);
}

static void
the_seed_determines_the_order(void **state)
{
	size_t a[BOOTS_MAX] = {0}, b[BOOTS_MAX] = {0}, c[BOOTS_MAX] = {0};
	(void)state;

	orders_of(1, a);
	orders_of(1, b);
	orders_of(2, c);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
	assert_memory_not_equal(a, a + CELLS, CELLS * sizeof(*a));
}

/*
 * After an interruption at any point, with any boots running, the same boots are made, and none
 * twice.
 */
static void
an_interrupted_study_continues_in_the_same_order(void **state)
{
	size_t whole[BOOTS_MAX] = {0};
	(void)state;

	orders_of(usual.seed, whole);
	for (size_t stop = 0; stop < 5 * CELLS; stop++) {
		struct queue q = queue_of(&usual);
		size_t cell;
		uint64_t block;
		/* The last but one is still running when the last has ended, and is lost. */
		for (size_t i = 0; i < stop; i++)
			if (i + 2 != stop)
				end_boot(&q, whole[i], i / CELLS, OUTCOME_OK, 1);
		size_t next = stop >= 2 ? stop - 2 : stop;
		while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT) {
			assert_int_equal(cell, whole[next]);
			assert_int_equal(block, next / CELLS);
			end_boot(&q, cell, block, OUTCOME_OK, 1);
			next += next + 2 == stop ? 2 : 1;
		}
		assert_int_equal(next, 5 * CELLS);
		queue_free(&q);
	}
}

static void
a_cell_is_never_booted_twice_at_once(void **state)
{
	struct queue q = queue_of(&usual);
	size_t taken[CELLS + 1];
	uint64_t block;
	(void)state;

	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(queue_take(&q, 0, &taken[i], &block), QUEUE_NEXT);
	assert_int_equal(q.under_way, CELLS);
	assert_int_equal(queue_take(&q, 0, &taken[CELLS], &block), QUEUE_WAIT);
	/* The next block waits for the cell that is left. */
	for (size_t i = 1; i < CELLS; i++)
		end_boot(&q, taken[i], 0, OUTCOME_OK, 1);
	while (queue_take(&q, 0, &taken[CELLS], &block) == QUEUE_NEXT) {
		assert_int_not_equal(taken[CELLS], taken[0]);
		assert_int_equal(block, 1);
		end_boot(&q, taken[CELLS], 1, OUTCOME_OK, 1);
	}
	assert_int_equal(q.under_way, 1);
	end_boot(&q, taken[0], 0, OUTCOME_OK, 1);
	assert_int_equal(queue_take(&q, 0, &taken[CELLS], &block), QUEUE_NEXT);
	assert_int_equal(block, 1);
	/* A boot that was put back comes again, in the same block or a later one. */
	queue_put_back(&q, taken[CELLS], block);
	size_t boots = 0, cell;
	for (; queue_take(&q, 0, &cell, &block) == QUEUE_NEXT; boots++)
		end_boot(&q, cell, block, OUTCOME_OK, 1);
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(q.cells[i].boots, 5);
	assert_true(boots > 3 * CELLS);
	queue_free(&q);
}

/* Gives cell 0 `outcome` and all others OUTCOME_OK until the queue is empty. */
static struct queue
run_with(const struct queue_rules *rules, enum outcome outcome)
{
	struct queue q = queue_of(rules);
	size_t cell, boots = 0;
	uint64_t block;

	for (; queue_take(&q, 0, &cell, &block) == QUEUE_NEXT && boots < BOOTS_MAX; boots++)
		end_boot(&q, cell, block, cell == 0 ? outcome : OUTCOME_OK, 1);
	assert_true(boots < BOOTS_MAX);
	return q;
}

static void
a_failing_cell_is_given_up(void **state)
{
	struct queue q = run_with(&usual, OUTCOME_PANIC);
	(void)state;

	assert_int_equal(q.cells[0].state, CELL_GIVEN_UP);
	assert_int_equal(q.cells[0].boots, 3);
	assert_int_equal(q.cells[1].state, CELL_DONE);
	assert_int_equal(q.cells[1].boots, 5);
	queue_free(&q);
}

static void
noise_is_booted_again_up_to_the_limit(void **state)
{
	struct queue q = run_with(&usual, OUTCOME_NOISY);
	(void)state;

	assert_int_equal(q.cells[0].state, CELL_LIMITED);
	assert_int_equal(q.cells[0].boots, 10);
	assert_int_equal(q.cells[0].counted, 0);
	queue_free(&q);
}

static void
a_kernel_that_never_comes_up_costs_its_tries(void **state)
{
	struct queue q = queue_of(&usual);
	size_t cell, boots[KERNELS] = {0};
	uint64_t block;
	(void)state;

	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT) {
		boots[cells[cell].kernel]++;
		end_boot(&q, cell, block,
			 cells[cell].kernel == 0 ? OUTCOME_NEVER_BOOTED : OUTCOME_OK, 1);
	}
	assert_int_equal(boots[0], 3);
	assert_int_equal(boots[1], 5 * 3);
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(q.cells[i].state,
				 cells[i].kernel == 0 ? CELL_GIVEN_UP : CELL_DONE);
	queue_free(&q);
}

/* Boots that do not come up with one variant of arguments say nothing about the others. */
static void
a_kernel_is_not_given_up_for_one_variant(void **state)
{
	static const struct queue_what both[] = {
	    {0, 0, 0, false}, {0, 0, 0, false}, {0, 0, 0, false}, {0, 1, 0, false}};
	struct queue q;
	size_t cell;
	uint64_t block;
	(void)state;

	assert_int_equal(queue_make(&q, &usual, both, 4, 1), 0);
	for (cell = 0; cell < 3; cell++)
		end_boot(&q, cell, 0, OUTCOME_PANIC, 1);
	assert_int_equal(q.cells[3].state, CELL_OPEN);
	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT)
		end_boot(&q, cell, block, cell < 3 ? OUTCOME_PANIC : OUTCOME_OK, 1);
	assert_int_equal(q.cells[3].state, CELL_DONE);
	assert_int_equal(q.cells[0].boots, 3);
	queue_free(&q);
}

/* Failures of the target give up the cell, not its kernel. */
static void
a_failed_target_does_not_count_for_the_kernel(void **state)
{
	struct queue q = queue_of(&usual);
	(void)state;

	for (size_t i = 0; i < 6; i++) {
		const struct queue_boot boot = {
		    i % 3, i / 3, OUTCOME_TARGET_FAILED, false, true, false, 0, 1};
		queue_count(&q, &boot);
	}
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(q.cells[i].state, CELL_OPEN);
	queue_free(&q);
}

static void
values_without_a_spread_are_precise(void **state)
{
	struct queue_rules rules = {.boots = 3, .limit = 60, .tries = 3, .precision = 0.01};
	struct queue q = queue_of(&rules);
	size_t cell;
	uint64_t block;
	(void)state;

	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT)
		end_boot(&q, cell, block, OUTCOME_OK, 0);
	for (size_t i = 0; i < CELLS; i++) {
		assert_int_equal(q.cells[i].state, CELL_DONE);
		assert_int_equal(q.cells[i].boots, QUEUE_BLOCKS_LEAST + QUEUE_LOOKS - 1);
	}
	queue_free(&q);
}

static void
values_that_no_boot_reports_are_not_awaited(void **state)
{
	struct queue_rules rules = {.boots = 3, .limit = 60, .tries = 3, .precision = 0.01};
	struct queue q = queue_of(&rules);
	size_t cell;
	uint64_t block;
	(void)state;

	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT) {
		const struct queue_boot boot = {cell, block, OUTCOME_OK, true, false, false, 0, 1};
		queue_count(&q, &boot);
	}
	assert_int_equal(q.cells[0].state, CELL_LIMITED);
	assert_int_equal(q.cells[0].boots, 3);
	queue_free(&q);
}

/* Takes all boots. Cell 1 varies by `sway`, and all boots of a block by `drift` times its number.
 */
static void
run_to_precision(struct queue *q, double sway, double drift)
{
	size_t cell;
	uint64_t block;

	while (queue_take(q, 0, &cell, &block) == QUEUE_NEXT) {
		double factor = cell != 1 ? 1 : block % 2 != 0 ? 1 + sway : 1 - sway;
		end_boot(q, cell, block, OUTCOME_OK, 100 * factor * (1 + drift * (double)block));
	}
}

static void
boots_continue_until_all_differences_are_precise(void **state)
{
	struct queue_rules rules = {
	    .boots = 3, .limit = 60, .tries = 3, .seed = 1, .precision = 0.05};
	struct queue q = queue_of(&rules);
	(void)state;

	/* All cells of a block are booted to the end. */
	run_to_precision(&q, 0.1, 0);
	for (size_t i = 0; i < CELLS; i++) {
		assert_int_equal(q.cells[i].state, CELL_DONE);
		assert_int_equal(q.cells[i].boots, q.cells[0].boots);
	}
	assert_true(q.cells[0].boots > 10 && q.cells[0].boots < 30);
	assert_true(queue_precision(&q, 1) <= 0.05);
	assert_true(isnan(queue_precision(&q, 0)));
	queue_free(&q);
	q = queue_of(&rules);
	run_to_precision(&q, 0.9, 0);
	assert_int_equal(q.cells[1].state, CELL_LIMITED);
	assert_int_equal(q.cells[1].boots, 60);
	queue_free(&q);
}

/* What changes from block to block does not matter: ratios are taken within blocks. */
static void
precision_is_of_differences_within_blocks(void **state)
{
	struct queue_rules rules = {
	    .boots = 3, .limit = 60, .tries = 3, .seed = 1, .precision = 0.01};
	struct queue q = queue_of(&rules);
	(void)state;

	run_to_precision(&q, 0, 0.1);
	assert_int_equal(q.cells[1].state, CELL_DONE);
	assert_int_equal(q.cells[1].boots, QUEUE_BLOCKS_LEAST + QUEUE_LOOKS - 1);
	queue_free(&q);
}

/* A second job must not begin a block before all boots of the last one have ended. */
static void
a_block_ends_before_the_next_one(void **state)
{
	struct queue_rules rules = {.boots = 3, .limit = 60, .tries = 3, .precision = 0.01};
	struct queue q = queue_of(&rules);
	size_t cell, first = 0;
	uint64_t block;
	(void)state;

	for (size_t i = 0; i < CELLS; i++) {
		assert_int_equal(queue_take(&q, 0, &cell, &block), QUEUE_NEXT);
		if (i == 0)
			first = cell;
		else
			end_boot(&q, cell, block, OUTCOME_OK, 1);
	}
	assert_int_equal(queue_take(&q, 0, &cell, &block), QUEUE_WAIT);
	end_boot(&q, first, 0, OUTCOME_OK, 1);
	assert_int_equal(queue_take(&q, 0, &cell, &block), QUEUE_NEXT);
	assert_int_equal(block, 1);
	queue_free(&q);
}

/*
 * Student, 1908: the sleep of ten patients; the interval of the mean difference 1.58 is 0.70
 * to 2.46. A study of one cell has nothing else to be precise about than its mean.
 */
static void
one_cell_has_the_precision_of_its_mean(void **state)
{
	static const double sleep[] = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
	static const struct queue_what one = {0, 0, 0, false};
	struct queue q;
	(void)state;

	assert_int_equal(queue_make(&q, &usual, &one, 1, 1), 0);
	assert_true(isinf(queue_precision(&q, 0)));
	for (size_t i = 0; i < sizeof(sleep) / sizeof(*sleep); i++)
		end_boot(&q, 0, i, OUTCOME_OK, sleep[i]);
	assert_true(fabs(q.cells[0].values.mean - 1.58) < 1e-9);
	assert_true(fabs(queue_precision(&q, 0) * 1.58 - 0.8798) < 0.001);
	queue_free(&q);
}

/*
 * A study that was begun without precision and with two jobs: its journal may have the baseline's
 * next boot before a slow boot of the block before.
 */
static void
a_boot_that_ends_late_is_compared_too(void **state)
{
	static const struct queue_what two[] = {{0, 0, 0, false}, {0, 0, 0, false}};
	struct queue_rules rules = {.boots = 20, .limit = 60, .tries = 3, .precision = 0.01};
	struct queue q;
	(void)state;

	assert_int_equal(queue_make(&q, &rules, two, 2, 1), 0);
	end_boot(&q, 0, 0, OUTCOME_OK, 100);
	for (uint64_t block = 0; block < 10; block++) {
		end_boot(&q, 0, block + 1, OUTCOME_OK, 100);
		end_boot(&q, 1, block, OUTCOME_OK, 141);
	}
	assert_int_equal(q.cells[1].ratios.count, 10);
	assert_true(fabs(exp(q.cells[1].ratios.mean) - 1.41) < 1e-9);
	queue_free(&q);
}

/* A kernel is given up while its next boot still runs, so that the block is whole twice. */
static void
a_block_counts_once(void **state)
{
	static const struct queue_what what[] = {
	    {0, 0, 0, false}, {0, 0, 0, false}, {1, 0, 0, false}, {1, 0, 0, false}};
	struct queue_rules rules = {.boots = 20, .limit = 60, .tries = 1, .precision = 0.01};
	struct queue q;
	(void)state;

	assert_int_equal(queue_make(&q, &rules, what, 4, 2), 0);
	end_boot(&q, 0, 0, OUTCOME_OK, 100);
	end_boot(&q, 1, 0, OUTCOME_OK, 100);
	end_boot(&q, 2, 0, OUTCOME_NEVER_BOOTED, 0);
	assert_int_equal(q.cells[3].state, CELL_GIVEN_UP);
	end_boot(&q, 3, 0, OUTCOME_NEVER_BOOTED, 0);
	assert_int_equal(q.cells[1].ratios.count, 1);
	queue_free(&q);
}

static void
without_its_baseline_a_cell_is_not_precise(void **state)
{
	static const struct queue_what two[] = {{0, 0, 0, false}, {0, 0, 0, false}};
	struct queue_rules rules = {.boots = 2, .limit = 60, .tries = 3, .precision = 0.001};
	struct queue q;
	(void)state;

	assert_int_equal(queue_make(&q, &rules, two, 2, 1), 0);
	for (uint64_t block = 0; block < 4; block++) {
		end_boot(&q, 0, block, block == 0 ? OUTCOME_OK : OUTCOME_FAILED, 100);
		end_boot(&q, 1, block, OUTCOME_OK, 100);
	}
	assert_int_equal(q.cells[0].state, CELL_GIVEN_UP);
	assert_int_equal(q.cells[1].state, CELL_LIMITED);
	queue_free(&q);
}

/* A block whose boots do not count shows nothing new. */
static void
only_blocks_with_a_difference_are_looks(void **state)
{
	static const struct queue_what two[] = {{0, 0, 0, false}, {0, 0, 0, false}};
	struct queue_rules rules = {.boots = 2, .limit = 60, .tries = 3, .precision = 0.01};
	struct queue q;
	uint64_t block = 0;
	(void)state;

	assert_int_equal(queue_make(&q, &rules, two, 2, 1), 0);
	for (; block < QUEUE_BLOCKS_LEAST; block++) {
		end_boot(&q, 0, block, OUTCOME_OK, 100);
		end_boot(&q, 1, block, OUTCOME_OK, 100);
	}
	for (unsigned i = 0; i < QUEUE_LOOKS; i++, block++) {
		end_boot(&q, 0, block, OUTCOME_OK, 100);
		end_boot(&q, 1, block, OUTCOME_NOISY, 100);
	}
	assert_int_equal(q.cells[0].state, CELL_OPEN);
	/* Four more of the second cell; the first has enough, but a block has all cells. */
	assert_int_equal(queue_left(&q), 5);
	queue_free(&q);
}

/* The baseline is the mean of both its copies. */
static void
both_copies_of_the_baseline_count(void **state)
{
	static const struct queue_what what[] = {
	    {0, 0, 0, false}, {0, 0, 0, true}, {0, 0, 0, false}};
	struct queue_rules rules = {.boots = 3, .limit = 60, .tries = 3, .precision = 0.01};
	static const double values[] = {90, 110, 120};
	struct queue q;
	size_t cell;
	uint64_t block;
	(void)state;

	assert_int_equal(queue_make(&q, &rules, what, 3, 1), 0);
	while (queue_take(&q, 0, &cell, &block) == QUEUE_NEXT)
		end_boot(&q, cell, block, OUTCOME_OK, values[cell]);
	assert_true(fabs(q.cells[2].ratios.mean - log(120) + (log(90) + log(110)) / 2) < 1e-12);
	assert_true(fabs(q.cells[2].differences.mean - 20) < 1e-9);
	queue_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_block_boots_each_cell_once),
	    cmocka_unit_test(the_seed_determines_the_order),
	    cmocka_unit_test(an_interrupted_study_continues_in_the_same_order),
	    cmocka_unit_test(a_cell_is_never_booted_twice_at_once),
	    cmocka_unit_test(a_failing_cell_is_given_up),
	    cmocka_unit_test(noise_is_booted_again_up_to_the_limit),
	    cmocka_unit_test(a_kernel_that_never_comes_up_costs_its_tries),
	    cmocka_unit_test(a_kernel_is_not_given_up_for_one_variant),
	    cmocka_unit_test(a_failed_target_does_not_count_for_the_kernel),
	    cmocka_unit_test(values_without_a_spread_are_precise),
	    cmocka_unit_test(values_that_no_boot_reports_are_not_awaited),
	    cmocka_unit_test(boots_continue_until_all_differences_are_precise),
	    cmocka_unit_test(precision_is_of_differences_within_blocks),
	    cmocka_unit_test(a_block_ends_before_the_next_one),
	    cmocka_unit_test(one_cell_has_the_precision_of_its_mean),
	    cmocka_unit_test(a_boot_that_ends_late_is_compared_too),
	    cmocka_unit_test(a_block_counts_once),
	    cmocka_unit_test(without_its_baseline_a_cell_is_not_precise),
	    cmocka_unit_test(only_blocks_with_a_difference_are_looks),
	    cmocka_unit_test(both_copies_of_the_baseline_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
