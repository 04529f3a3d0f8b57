/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/exact.h"

enum { LAYOUTS = 8, BLOCKS = LAYOUTS + 1 };

/* A study of a baseline and another cell, each booted in all layouts and again in layout 0. */
static struct made {
	struct study study;
	struct answer answer;
	struct answer_measure measure;
	struct answer_cell cells[2];
	struct answer_row rows[2];
	uint64_t blocks[BLOCKS];
	double values[2][BLOCKS];
} made;

static char unit[] = "ns";
static const double baseline[LAYOUTS] = {1000, 1003, 1001, 1000, 1002, 1000, 1003, 1000};

/* Makes the study and compares: the other cell differs from the baseline by these. */
static struct answer_row *
compare(const double differences[LAYOUTS], uint64_t layouts)
{
	memset(&made, 0, sizeof(made));
	for (size_t b = 0; b < BLOCKS; b++) {
		made.blocks[b] = b;
		made.values[0][b] = baseline[b % LAYOUTS];
		made.values[1][b] = baseline[b % LAYOUTS] + differences[b % LAYOUTS];
	}
	for (size_t c = 0; c < 2; c++)
		made.rows[c] = (struct answer_row){
		    .cell = c, .values = made.values[c], .boots = BLOCKS, .center = 1000};
	made.cells[0].twin = 0;
	made.cells[1].twin = 1;
	made.study.plan.exact = true;
	made.study.plan.layouts = layouts;
	made.study.cells.count = 2;
	made.measure.rows = made.rows;
	made.measure.is_exact = true;
	made.measure.unit = unit;
	made.answer = (struct answer){.study = &made.study,
				      .cells = made.cells,
				      .blocks = made.blocks,
				      .block_count = BLOCKS,
				      .measures = &made.measure,
				      .count = 1,
				      .margin = 0.01};
	exact_compare(&made.answer);
	return &made.rows[1];
}

static void
a_difference_larger_than_that_of_layouts_is_told(void **state)
{
	static const double more[LAYOUTS] = {20, 21, 20, 20, 19, 20, 20, 22},
			    fewer[LAYOUTS] = {-20, -21, -20, -20, -19, -20, -20, -22};
	(void)state;

	struct answer_row *row = compare(more, LAYOUTS);
	assert_int_equal(row->verdict, ANSWER_MORE);
	assert_string_equal(answer_verdict_name(&made.measure, row->verdict), "more");
	assert_true(row->least == 19 && row->most == 22 && row->layouts == LAYOUTS);
	assert_true(made.rows[0].spread == 3);
	row = compare(fewer, LAYOUTS);
	assert_int_equal(row->verdict, ANSWER_LESS);
	assert_string_equal(answer_verdict_name(&made.measure, row->verdict), "fewer");
}

static void
a_difference_within_that_of_layouts_is_not(void **state)
{
	static const double small[LAYOUTS] = {2, 2, 2, 2, 2, 2, 2, 2},
			    signs[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, -20};
	(void)state;

	assert_int_equal(compare(small, LAYOUTS)->verdict, ANSWER_SAME);
	assert_int_equal(compare(signs, LAYOUTS)->verdict, ANSWER_CANNOT_TELL);
}

static void
fewer_layouts_have_no_verdict(void **state)
{
	static const double more[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, 20};
	(void)state;

	/* Block 7 is of layout 0, block 8 of layout 1: they repeat other values. */
	assert_int_equal(compare(more, LAYOUTS - 1)->verdict, ANSWER_NONE);
	assert_false(made.rows[0].is_identical);
}

static void
a_cell_that_does_not_repeat_has_no_verdict(void **state)
{
	static const double more[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, 20};
	(void)state;

	compare(more, LAYOUTS);
	made.values[0][LAYOUTS]++;
	made.rows[1].verdict = ANSWER_NONE;
	made.rows[1].layouts = 0;
	exact_compare(&made.answer);
	assert_false(made.rows[0].is_identical);
	assert_true(made.rows[1].is_identical);
	assert_int_equal(made.rows[1].verdict, ANSWER_NONE);
}

static void
copies_that_differ_end_all_verdicts(void **state)
{
	static const double more[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, 20};
	(void)state;

	compare(more, LAYOUTS);
	made.cells[1].is_twin = true;
	made.rows[1].layouts = 0;
	made.answer.tests = 0;
	exact_compare(&made.answer);
	assert_true(made.answer.twins_differ);
	assert_int_equal(made.answer.tests, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_difference_larger_than_that_of_layouts_is_told),
	    cmocka_unit_test(a_difference_within_that_of_layouts_is_not),
	    cmocka_unit_test(fewer_layouts_have_no_verdict),
	    cmocka_unit_test(a_cell_that_does_not_repeat_has_no_verdict),
	    cmocka_unit_test(copies_that_differ_end_all_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
