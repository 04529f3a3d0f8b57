/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
			    "lat has two modes in fast: its boots fall into two groups; so it is "
			    "with 2 more measures");
	warnings_free(&a);
}

static void
a_trend_is_told(void **state)
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
	    cmocka_unit_test(a_trend_is_told),
	    cmocka_unit_test(equal_boots_need_no_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
