/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/warnings.h"

enum { BLOCKS = 20, MEASURES = 3 };

/* A study of one cell, whose boots have these values in all measures. */
static struct answer
answer_of(struct study *study, const double values[BLOCKS])
{
	static char label[] = "fast", name[] = "lat";
	static struct answer_cell cell = {.label = label};
	static struct answer_measure measures[MEASURES];
	static struct answer_row rows[MEASURES];
	static double copies[MEASURES][BLOCKS];
	struct answer a = {.study = study,
			   .cells = &cell,
			   .block_count = BLOCKS,
			   .measures = measures,
			   .count = MEASURES};

	memset(study, 0, sizeof(*study));
	static struct cell only;
	study->cells.at = &only;
	study->cells.count = 1;
	for (size_t i = 0; i < MEASURES; i++) {
		memcpy(copies[i], values, sizeof(copies[i]));
		rows[i] =
		    (struct answer_row){.values = copies[i], .boots = BLOCKS, .center = values[0]};
		measures[i] =
		    (struct answer_measure){.name = name, .is_ratio = true, .rows = &rows[i]};
	}
	warnings_start(&a);
	warnings_finish(&a);
	return a;
}

static void
one_line_warns_of_all_measures(void **state)
{
	static struct study study;
	double values[BLOCKS];
	(void)state;

	for (size_t b = 0; b < BLOCKS; b++)
		values[b] = b % 2 == 0 ? 100 : 130;
	struct answer a = answer_of(&study, values);
	assert_int_equal(a.warning_count, 1);
	assert_string_equal(a.warnings[0],
			    "lat has two modes in fast: its boots fall into two groups; and 2 "
			    "more measures");
	warnings_free(&a);
}

static void
a_trend_is_reported(void **state)
{
	static struct study study;
	double values[BLOCKS];
	(void)state;

	for (size_t b = 0; b < BLOCKS; b++)
		values[b] = 100 * pow(1.01, (double)b);
	struct answer a = answer_of(&study, values);
	assert_int_equal(a.warning_count, 1);
	assert_memory_equal(a.warnings[0], "lat drifts: +20.8 %", 19);
	warnings_free(&a);
}

/* After half of the blocks or before, the second cell was given up. */
static void
a_trend_is_reported_without_cells_that_were_given_up(void **state)
{
	static char label[] = "cell", name[] = "lat";
	static struct study study;
	struct answer_cell cells[2] = {{.label = label}, {.label = label, .baseline = 0}};
	double values[2][BLOCKS];
	(void)state;

	for (size_t last = 0; last <= BLOCKS / 2; last += BLOCKS / 4) {
		struct cell two[2] = {{.name = NULL}, {.name = NULL}};
		study = (struct study){.cells = {.at = two, .count = 2}};
		for (size_t b = 0; b < BLOCKS; b++) {
			values[0][b] = 100 * pow(1.01, (double)b);
			values[1][b] = b < last ? 100 : NAN;
		}
		struct answer_row rows[2] = {
		    {.cell = 0, .values = values[0], .boots = BLOCKS, .center = 100},
		    {.cell = 1, .values = values[1], .boots = last, .center = 100}};
		struct answer_measure measure = {.name = name, .is_ratio = true, .rows = rows};
		struct answer a = {.study = &study,
				   .cells = cells,
				   .block_count = BLOCKS,
				   .measures = &measure,
				   .count = 1};
		warnings_start(&a);
		warnings_finish(&a);
		assert_int_equal(a.warning_count, 1);
		assert_memory_equal(a.warnings[0], "lat drifts: +20.8 %", 19);
		warnings_free(&a);
	}
}

/*
 * A study whose cells have these arguments; all recorded the same environment. The first cell is
 * the baseline.
 */
static struct answer
answer_with_arguments(const char *const *arguments, size_t count)
{
	enum { CELLS_MOST = 5 };
	static struct study study;
	static struct answer_cell cells[CELLS_MOST];
	static struct plan_item items[CELLS_MOST];
	static struct cell at[CELLS_MOST];
	static char labels[CELLS_MOST][2];
	struct answer a = {.study = &study, .cells = cells};

	study = (struct study){.cells = {.at = at, .count = count}};
	study.plan.lists[PLAN_ARGS] = (struct plan_list){items, count};
	for (size_t c = 0; c < count; c++) {
		labels[c][0] = (char)('a' + c);
		cells[c] = (struct answer_cell){.label = labels[c]};
		items[c] = (struct plan_item){.text = (char *)arguments[c]};
		at[c] = (struct cell){.items = {[PLAN_ARGS] = c}};
	}
	warnings_start(&a);
	json_t *boot = json_pack("{s:{s:s}}", "environment", "cpus_online", "0");
	for (size_t c = 0; c < count; c++)
		warnings_boot(&a, c, boot);
	json_decref(boot);
	warnings_finish(&a);
	return a;
}

static void
arguments_for_init_need_no_effect_on_the_kernel(void **state)
{
	static const char *const arguments[] = {
	    "quiet", "quiet lull.repeat=10", "lull.repeat=100 quiet", "quiet lull.run=\"echo a b\"",
	    "\"lull.write=/a b\" quiet"};
	(void)state;

	struct answer a = answer_with_arguments(arguments, sizeof(arguments) / sizeof(*arguments));
	assert_int_equal(a.warning_count, 0);
	warnings_free(&a);
}

static void
one_line_warns_of_all_cells_with_the_same_environment(void **state)
{
	static const char *const arguments[] = {"lull.repeat=1", "x=1", "x=2 lull.repeat=1",
						"lull.repeat=2", "x=3"};
	static const char expected[] =
	    "a and b have different kernel arguments, but the recorded environment (mitigations, "
	    "CPU, huge pages ...) is the same: perhaps the arguments have no effect on this "
	    "machine";
	char text[sizeof(expected) + 32];
	(void)state;

	for (size_t count = 2; count <= 5; count++) {
		static const char *const more[] = {"", "; and 1 more cell", "; and 1 more cell",
						   "; and 2 more cells"};
		struct answer a = answer_with_arguments(arguments, count);
		snprintf(text, sizeof(text), "%s%s", expected, more[count - 2]);
		assert_int_equal(a.warning_count, 1);
		assert_string_equal(a.warnings[0], text);
		warnings_free(&a);
	}
}

static void
equal_boots_need_no_warning(void **state)
{
	static struct study study;
	double values[BLOCKS];
	(void)state;

	for (size_t b = 0; b < BLOCKS; b++)
		values[b] = 100 + (b % 3 == 0);
	struct answer a = answer_of(&study, values);
	assert_int_equal(a.warning_count, 0);
	warnings_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_line_warns_of_all_measures),
	    cmocka_unit_test(a_trend_is_reported),
	    cmocka_unit_test(a_trend_is_reported_without_cells_that_were_given_up),
	    cmocka_unit_test(arguments_for_init_need_no_effect_on_the_kernel),
	    cmocka_unit_test(one_line_warns_of_all_cells_with_the_same_environment),
	    cmocka_unit_test(equal_boots_need_no_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
