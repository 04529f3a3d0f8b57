/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "answer/answer_print.h"

/* The object that answer_print_json() prints. */
static json_t *
printed(const struct answer *a)
{
	const struct answer_options options = {.margin = ANSWER_MARGIN};
	json_error_t error;

	fflush(stdout);
	FILE *file = tmpfile();
	assert_non_null(file);
	int kept = dup(STDOUT_FILENO);
	assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
	int status = answer_print_json(a, &options);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	assert_int_equal(status, 0);
	rewind(file);
	json_t *object = json_loadf(file, 0, &error);
	fclose(file);
	assert_non_null(object);
	return object;
}

static void
exact_mode_has_no_tests_and_checks_a_second_copy(void **state)
{
	static char name[] = "lat", unit[] = "ns", label[] = "a", path[] = "study";
	struct cell at[2] = {{.name = label}, {.name = label, .is_again = true}};
	struct study study = {.path = path, .cells = {.at = at, .count = 2}};
	struct answer_cell cells[2] = {{.label = label, .twin = 1},
				       {.label = label, .twin = 1, .is_twin = true}};
	double values[2] = {1, 1};
	struct answer_row rows[2] = {{.cell = 0, .values = values, .boots = 1, .center = 1},
				     {.cell = 1, .values = values + 1, .boots = 1, .center = 1}};
	struct answer_measure measure = {.command = 1,
					 .name = name,
					 .unit = unit,
					 .is_chosen = true,
					 .is_exact = true,
					 .rows = rows};
	struct answer a = {.study = &study,
			   .cells = cells,
			   .measures = &measure,
			   .count = 1,
			   .kind = "instructions"};
	(void)state;

	study.plan.exact = true;
	json_t *object = printed(&a);
	assert_null(json_object_get(object, "tests"));
	assert_null(json_object_get(object, "least_blocks"));
	const json_t *rows_json =
	    json_object_get(json_array_get(json_object_get(object, "measures"), 0), "cells");
	assert_null(json_object_get(json_array_get(rows_json, 0), "check"));
	assert_true(json_is_true(json_object_get(json_array_get(rows_json, 1), "check")));
	assert_null(json_object_get(json_array_get(rows_json, 1), "verdict"));
	json_decref(object);
	study.plan.exact = false;
	object = printed(&a);
	assert_true(json_is_integer(json_object_get(object, "tests")));
	json_decref(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exact_mode_has_no_tests_and_checks_a_second_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
