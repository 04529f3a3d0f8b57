/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "study/study_line.h"

/* Two measured runs and one warm-up, with samples; the result does not own the streams. */
static void
fill(struct result *r, struct result_run runs[3])
{
	static char first[] = "lat 3 ns\nlat 1 ns\nother 5 s\nnonsense\n", second[] = "lat 2 ns\n",
		    warm[] = "lat 99 ns\n";
	char *const bytes[] = {warm, first, second};

	*r = (struct result){.hello = true, .build_id = "abcd", .runs = runs, .run_count = 3};
	for (size_t i = 0; i < 3; i++) {
		runs[i] = (struct result_run){.number = i + 1, .command = 1, .warmup = i == 0};
		runs[i].exit = (struct result_exit){
		    .known = true, .has = {[FIGURE_WALL_NS] = true, [FIGURE_USER_US] = true}};
		runs[i].exit.figures[FIGURE_WALL_NS] = 1000 * (i + 1);
		runs[i].exit.figures[FIGURE_USER_US] = i;
		runs[i].streams[STREAM_RESULTS] = (struct bytes){bytes[i], strlen(bytes[i]), 0};
	}
}

/* The value of a measure of the boot, by its name in the journal. */
static double
value_in(const char *text, const char *name)
{
	struct study_line line;
	double value;

	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_true(study_line_value(&line, name, &value));
	study_line_free(&line);
	return value;
}

static void
values_are_a_statistic_of_measured_runs(void **state)
{
	struct result_run runs[3];
	struct result r;
	struct numbers numbers;
	struct report report = {.outcome = OUTCOME_OK, .result = &r};
	struct study_boot boot = {
	    .cell = "c", .report = &report, .started = "", .numbers = &numbers};
	(void)state;

	fill(&r, runs);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	assert_string_equal(numbers.problem, "");
	assert_int_equal(numbers.measure_count, 4);
	assert_int_equal(numbers.not_samples, 1);
	char *text = study_line_make(&boot);
	assert_true(value_in(text, "wall_ns") == 2500);
	assert_true(value_in(text, "user_us") == 1.5);
	assert_true(value_in(text, "lat") == 2);
	assert_true(value_in(text, "other") == 5);
	assert_non_null(strstr(text, "\"units\":\"lat ns\\nother s\""));
	free(text);
	boot.statistic.kind = STATISTIC_MIN;
	text = study_line_make(&boot);
	assert_true(value_in(text, "wall_ns") == 2000);
	assert_true(value_in(text, "lat") == 1);
	free(text);
	numbers_free(&numbers);
}

/*
 * Makes the line of a boot whose first measured run has these samples, and returns in `problem` why
 * its numbers cannot be kept.
 */
static char *
line_of(const char *samples, char problem[NUMBERS_PROBLEM_MAX])
{
	struct numbers all, *numbers = &all;
	struct result_run runs[3];
	struct result r;
	struct report report = {.outcome = OUTCOME_OK, .result = &r};
	struct study_boot boot = {.cell = "c", .report = &report, .started = ""};

	fill(&r, runs);
	runs[1].streams[STREAM_RESULTS] = (struct bytes){(char *)samples, strlen(samples), 0};
	assert_int_equal(numbers_collect(numbers, &r), 0);
	boot.numbers = numbers->problem[0] == '\0' ? numbers : NULL;
	char *text = study_line_make(&boot);
	assert_non_null(text);
	strcpy(problem, numbers->problem);
	numbers_free(numbers);
	return text;
}

static void
expect_problem(const char *samples, const char *problem)
{
	char found[NUMBERS_PROBLEM_MAX], *text = line_of(samples, found);
	struct study_line line;
	double value;

	assert_string_equal(found, problem);
	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_false(study_line_value(&line, "wall_ns", &value));
	assert_false(study_line_value(&line, "lat", &value));
	study_line_free(&line);
	free(text);
}

/* All values or none: a value that cannot be kept is never dropped silently. */
static void
values_that_cannot_be_kept_are_reported(void **state)
{
	char longest[NUMBERS_NAME_MAX + 16], problem[512];
	(void)state;

	expect_problem(
	    "wall_ns 5 ns\n",
	    "values of the experiment cannot be kept: the name wall_ns is that of a figure of "
	    "each run");
	expect_problem(
	    "lat 5 us\n",
	    "values of the experiment cannot be kept: the name lat has values of two units");
	expect_problem("\xff\xfe 3 ns\nlat 1 ns\n",
		       "values of the experiment cannot be kept: the name \\xff\\xfe is not UTF-8");
	memset(longest, 'x', NUMBERS_NAME_MAX + 1);
	strcpy(longest + NUMBERS_NAME_MAX + 1, " 1 ns\n");
	snprintf(
	    problem, sizeof(problem),
	    "values of the experiment cannot be kept: the name %.128s... is longer than 128 bytes",
	    longest);
	expect_problem(longest, problem);
}

/* LEBench has 84 names. */
static void
any_number_of_names_is_kept(void **state)
{
	static char many[64 * 1024] = "huge 1.7e308 ns\nhuge 1.7e308 ns\n";
	char name[16], problem[NUMBERS_PROBLEM_MAX];
	(void)state;

	for (int i = 0; i < 2000; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "n%d 1 x\n", i);
	char *text = line_of(many, problem);
	assert_string_equal(problem, "");
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_true(value_in(text, name) == 1);
	}
	assert_true(value_in(text, "huge") == 1.7e308);
	free(text);
}

/* Two programs that take turns have no value in common. */
static void
values_of_several_commands_are_not_pooled(void **state)
{
	struct result_run runs[3];
	struct result r;
	struct numbers numbers;
	struct report report = {.outcome = OUTCOME_OK, .result = &r};
	struct study_boot boot = {
	    .cell = "c", .report = &report, .started = "", .numbers = &numbers};
	struct study_line line;
	double value;
	(void)state;

	fill(&r, runs);
	runs[2].command = 2;
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	assert_int_equal(numbers.commands, 2);
	char *text = study_line_make(&boot);
	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_false(study_line_value(&line, "wall_ns", &value));
	assert_true(study_line_value(&line, "1:wall_ns", &value) && value == 2000);
	assert_true(study_line_value(&line, "2:wall_ns", &value) && value == 3000);
	assert_true(study_line_value(&line, "2:lat", &value) && value == 2);
	study_line_free(&line);
	free(text);
	numbers_free(&numbers);
}

/* A console line with any bytes survives writing and reading. */
static void
evidence_may_contain_any_byte(void **state)
{
	static const struct outcome_line lines[] = {{"a\0b", 3}, {"\xff\x1b", 2}};
	struct report report = {
	    .outcome = OUTCOME_PANIC, .reason = "", .lines = lines, .line_count = 2};
	struct study_boot boot = {.cell = "c", .report = &report, .started = ""};
	struct study_line line;
	(void)state;

	char *text = study_line_make(&boot);
	assert_non_null(text);
	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_int_equal(json_array_size(json_object_get(line.json, "evidence")), 2);
	study_line_free(&line);
	free(text);
}

static void
a_line_is_read_as_written(void **state)
{
	struct result_run runs[3];
	struct result r;
	struct numbers numbers;
	struct report report = {.outcome = OUTCOME_WARNING,
				.reason = "a \"reason\"",
				.status = 3,
				.accel = "tcg",
				.result = &r};
	struct study_boot boot = {.number = 12,
				  .block = 4,
				  .cell = "k/i/a/e",
				  .report = &report,
				  .started = "2026-01-02T03:04:05Z",
				  .seconds = 2.5,
				  .numbers = &numbers,
				  .console_bytes = 77};
	struct study_line line;
	double value;
	(void)state;

	fill(&r, runs);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	char *text = study_line_make(&boot);
	numbers_free(&numbers);
	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_int_equal(line.number, 12);
	assert_int_equal(line.block, 4);
	assert_string_equal(line.cell, "k/i/a/e");
	assert_int_equal(line.outcome, OUTCOME_WARNING);
	assert_string_equal(line.reason, "a \"reason\"");
	assert_string_equal(line.build_id, "abcd");
	assert_int_equal(line.status, 3);
	assert_int_equal(line.console_bytes, 77);
	assert_true(line.init);
	assert_true(line.seconds == 2.5);
	assert_true(study_line_value(&line, "lat", &value) && value == 2);
	assert_false(study_line_value(&line, "nothing", &value));
	study_line_free(&line);
	free(text);
}

/* A boot without a verdict has no values. */
static void
no_values_without_a_verdict(void **state)
{
	struct result_run runs[3];
	struct result r;
	struct numbers numbers;
	struct report report = {.outcome = OUTCOME_PANIC, .reason = "", .result = &r};
	struct study_boot boot = {
	    .cell = "c", .report = &report, .started = "", .numbers = &numbers};
	struct study_line line;
	double value;
	(void)state;

	fill(&r, runs);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	char *text = study_line_make(&boot);
	numbers_free(&numbers);
	assert_int_equal(study_line_read(&line, text, strlen(text)), 0);
	assert_false(study_line_value(&line, "wall_ns", &value));
	study_line_free(&line);
	free(text);
}

static void
other_lines_are_refused(void **state)
{
	static const char *const lines[] = {
	    "",
	    "null",
	    "[]",
	    "{}",
	    "{\"boot\":1}",
	    "{\"boot\":-1,\"cell\":\"c\",\"block\":0,\"outcome\":\"ok\",\"wall_ms\":1,\"console\":"
	    "0}",
	    "{\"boot\":9223372036854775807,\"cell\":\"c\",\"block\":0,\"outcome\":\"ok\",\"wall_"
	    "ms\":1,\"console\":0}",
	    "{\"boot\":1,\"cell\":\"c\",\"block\":0,\"outcome\":\"fine\",\"wall_ms\":1,\"console\":"
	    "0}",
	    "{\"boot\":1,\"cell\":7,\"block\":0,\"outcome\":\"ok\",\"wall_ms\":1,\"console\":0}",
	    "{\"boot\":1,\"cell\":\"c\",\"block\":0,\"outcome\":\"ok\",\"wall_ms\":1,\"console\":0",
	};
	static const char good[] = "{\"boot\":1,\"cell\":\"c\",\"block\":0,\"outcome\":\"ok\","
				   "\"wall_ms\":1,\"console\":0}";
	struct study_line line;
	(void)state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(study_line_read(&line, lines[i], strlen(lines[i])), -1);
	assert_int_equal(study_line_read(&line, good, strlen(good)), 0);
	assert_string_equal(line.reason, "");
	study_line_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_a_statistic_of_measured_runs),
	    cmocka_unit_test(a_line_is_read_as_written),
	    cmocka_unit_test(values_that_cannot_be_kept_are_reported),
	    cmocka_unit_test(any_number_of_names_is_kept),
	    cmocka_unit_test(values_of_several_commands_are_not_pooled),
	    cmocka_unit_test(evidence_may_contain_any_byte),
	    cmocka_unit_test(no_values_without_a_verdict),
	    cmocka_unit_test(other_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
