/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/report_text.h"

/* Compares what report_text_output() writes to stdout for runs of these outputs and numbers. */
static void
expect_output(const char *const *outputs, const char *const *numbers, size_t count,
	      const char *expected)
{
	struct result_run runs[3] = {{.number = 0}};
	struct result result = {.runs = runs, .run_count = count};
	char text[1024];

	for (size_t i = 0; i < count; i++) {
		runs[i].number = i + 1;
		runs[i].command = 1;
		runs[i].exit.known = true;
		runs[i].streams[STREAM_OUT] =
		    (struct bytes){(char *)outputs[i], strlen(outputs[i]), 0};
		runs[i].streams[STREAM_RESULTS] =
		    (struct bytes){(char *)numbers[i], strlen(numbers[i]), 0};
	}
	fflush(stdout);
	FILE *file = tmpfile();
	assert_non_null(file);
	int kept = dup(STDOUT_FILENO);
	assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
	int status = report_text_output(&result, "time");
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	assert_int_equal(status, 0);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

#define HEADING "name  samples  min  median  max  unit\n"

static void
output_before_a_table_is_byte_for_byte_and_ends_its_line(void **state)
{
	static const char *const numbers[] = {"lat 1 ns\n", "lat 3 ns\nnote\n"},
				 *const open[] = {"a", "a"}, *const closed[] = {"a", "a\n"},
				 *const first[] = {"a", ""}, *const none[] = {"", ""};
	(void)state;

	expect_output(open, numbers, 2,
		      "aa\nnote\n" HEADING "lat         2    1       2    3  ns\n");
	expect_output(closed, numbers, 2,
		      "aa\nnote\n" HEADING "lat         2    1       2    3  ns\n");
	expect_output(first, numbers, 2,
		      "a\nnote\n" HEADING "lat         2    1       2    3  ns\n");
	expect_output(none, numbers, 2, "note\n" HEADING "lat         2    1       2    3  ns\n");
}

static void
output_without_a_table_is_byte_for_byte(void **state)
{
	static const char *const outputs[] = {"a"}, *const numbers[] = {"lat 1 ns\nnote\n"};
	(void)state;

	expect_output(outputs, numbers, 1, "alat 1 ns\nnote\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(output_before_a_table_is_byte_for_byte_and_ends_its_line),
	    cmocka_unit_test(output_without_a_table_is_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
