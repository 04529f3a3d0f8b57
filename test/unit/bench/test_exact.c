/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/exact.h"

enum { LAYOUTS = 8, BLOCKS = LAYOUTS + 1, CELLS = 3 };

/* A study of a baseline, a cell, and a second copy of that; layout 0 is booted twice. */
static struct made {
	struct study study;
	struct answer answer;
	struct answer_measure measure;
	struct answer_cell cells[CELLS];
	struct answer_row rows[CELLS];
	uint64_t blocks[BLOCKS], layouts[BLOCKS];
	double values[CELLS][BLOCKS];
} made;

static char unit[] = "ns";
static const double baseline[LAYOUTS] = {1000, 1003, 1001, 1000, 1002, 1000, 1003, 1000},
		    twenty[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, 20};

/* Makes the study, whose cell differs from the baseline by these in its layouts. */
static struct answer_row *
make(const double differences[LAYOUTS], size_t layouts)
{
	size_t blocks = layouts + 1;

	memset(&made, 0, sizeof(made));
	for (size_t b = 0; b < blocks; b++) {
		made.blocks[b] = b;
		made.layouts[b] = b % layouts;
		for (size_t c = 0; c < CELLS; c++)
			made.values[c][b] =
			    baseline[b % layouts] + (c == 0 ? 0 : differences[b % layouts]);
	}
	for (size_t c = 0; c < CELLS; c++) {
		made.rows[c] = (struct answer_row){
		    .cell = c, .values = made.values[c], .boots = blocks, .center = 1000};
		made.cells[c] =
		    (struct answer_cell){.twin = c, .layouts = made.layouts, .is_twin = c == 2};
	}
	made.study.plan.exact = true;
	made.study.plan.layouts = layouts;
	made.study.cells.count = CELLS;
	made.measure.rows = made.rows;
	made.measure.unit = unit;
	made.measure.is_exact = true;
	made.answer = (struct answer){.study = &made.study,
				      .cells = made.cells,
				      .blocks = made.blocks,
				      .block_count = blocks,
				      .measures = &made.measure,
				      .count = 1,
				      .margin = 0.01};
	return &made.rows[1];
}

static struct answer_row *
compare(const double differences[LAYOUTS])
{
	struct answer_row *row = make(differences, LAYOUTS);

	exact_compare(&made.answer);
	return row;
}

static void
a_difference_larger_than_that_of_layouts_is_told(void **state)
{
	static const double more[LAYOUTS] = {20, 21, 20, 20, 19, 20, 20, 22},
			    fewer[LAYOUTS] = {-20, -21, -20, -20, -19, -20, -20, -22};
	(void)state;

	struct answer_row *row = compare(more);
	assert_int_equal(row->verdict, ANSWER_MORE);
	assert_string_equal(answer_verdict_name(&made.measure, row->verdict), "more");
	assert_true(row->least == 19 && row->most == 22 && row->layouts == LAYOUTS);
	assert_true(made.rows[0].spread == 3);
	row = compare(fewer);
	assert_int_equal(row->verdict, ANSWER_LESS);
	assert_string_equal(answer_verdict_name(&made.measure, row->verdict), "fewer");
}

static void
a_difference_within_that_of_layouts_is_not(void **state)
{
	static const double small[LAYOUTS] = {2, 2, 2, 2, 2, 2, 2, 2},
			    signs[LAYOUTS] = {20, 20, 20, 20, 20, 20, 20, -20},
			    wide[LAYOUTS] = {20, 20, 20, 60, 20, 20, 20, 20};
	(void)state;

	assert_int_equal(compare(small)->verdict, ANSWER_SAME);
	assert_int_equal(compare(signs)->verdict, ANSWER_CANNOT_TELL);
	/* Layouts change the cell itself by more than the smallest difference. */
	assert_int_equal(compare(wide)->verdict, ANSWER_CANNOT_TELL);
}

static void
fewer_layouts_have_no_verdict(void **state)
{
	(void)state;

	struct answer_row *row = make(twenty, LAYOUTS - 1);
	exact_compare(&made.answer);
	assert_true(made.rows[0].is_identical && row->is_identical);
	assert_int_equal(row->layouts, LAYOUTS - 1);
	assert_int_equal(row->verdict, ANSWER_NONE);
}

static void
an_unfinished_study_has_no_verdict(void **state)
{
	(void)state;

	struct answer_row *row = make(twenty, LAYOUTS);
	made.answer.is_interim = true;
	exact_compare(&made.answer);
	assert_int_equal(row->verdict, ANSWER_NONE);
}

static void
a_cell_that_does_not_repeat_has_no_verdict(void **state)
{
	(void)state;

	struct answer_row *row = make(twenty, LAYOUTS);
	made.values[0][LAYOUTS]++;
	exact_compare(&made.answer);
	assert_false(made.rows[0].is_identical);
	assert_true(row->is_identical);
	assert_int_equal(row->verdict, ANSWER_NONE);
	/* Also if its values are the same, but not its records. */
	row = make(twenty, LAYOUTS);
	made.cells[1].does_not_repeat = true;
	exact_compare(&made.answer);
	assert_false(row->is_identical);
	assert_int_equal(row->verdict, ANSWER_NONE);
}

static void
copies_that_differ_end_all_verdicts(void **state)
{
	(void)state;

	struct answer_row *row = make(twenty, LAYOUTS);
	for (size_t b = 3; b < BLOCKS; b += LAYOUTS)
		made.values[2][b]++;
	exact_compare(&made.answer);
	assert_true(made.answer.twins_differ);
	assert_int_equal(made.answer.tests, 1);
	assert_int_equal(row->verdict, ANSWER_NONE);
}

/* A boot that is dropped moves the layouts of its cell to other blocks. */
static void
layouts_are_compared_wherever_they_are(void **state)
{
	static uint64_t later[BLOCKS] = {0, 0, 1, 2, 3, 4, 5, 6, 7};
	(void)state;

	struct answer_row *row = make(twenty, LAYOUTS);
	made.cells[1].layouts = made.cells[2].layouts = later;
	for (size_t b = 0; b < BLOCKS; b++)
		made.values[1][b] = made.values[2][b] = baseline[later[b]] + 20;
	exact_compare(&made.answer);
	assert_true(row->least == 20 && row->most == 20);
	assert_int_equal(row->verdict, ANSWER_MORE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_difference_larger_than_that_of_layouts_is_told),
	    cmocka_unit_test(a_difference_within_that_of_layouts_is_not),
	    cmocka_unit_test(fewer_layouts_have_no_verdict),
	    cmocka_unit_test(an_unfinished_study_has_no_verdict),
	    cmocka_unit_test(a_cell_that_does_not_repeat_has_no_verdict),
	    cmocka_unit_test(copies_that_differ_end_all_verdicts),
	    cmocka_unit_test(layouts_are_compared_wherever_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
