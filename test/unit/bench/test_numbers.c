/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/numbers.h"

/* A result of `count` runs, whose samples are `texts`; all but the first of `warm` are measured. */
static void
fill(struct result *r, struct result_run *runs, const char *const *texts, size_t count, size_t warm)
{
	*r = (struct result){.runs = runs, .run_count = count};
	for (size_t i = 0; i < count; i++) {
		runs[i] = (struct result_run){.number = i + 1, .command = 1, .warmup = i < warm};
		runs[i].exit.known = true;
		runs[i].streams[STREAM_RESULTS] =
		    (struct bytes){(char *)texts[i], strlen(texts[i]), 0};
	}
}

static double
statistic_of(const struct numbers *numbers, size_t measure, enum boot_statistic_kind kind,
	     size_t *count)
{
	struct gathered all = {.count = 0};

	assert_int_equal(numbers_gather(numbers, measure, &all), 0);
	*count = all.count;
	double value = boot_statistic((struct boot_statistic){kind, 0}, all.values, all.count);
	free(all.values);
	return value;
}

static void
samples_belong_to_their_run(void **state)
{
	static const char *const texts[] = {"lat 9 ns\n", "lat 3 ns\nlat 1 ns\nother 7 s\n",
					    "lat 2 ns\n"};
	struct result_run runs[3];
	struct numbers numbers;
	struct result r;
	size_t count;
	(void)state;

	fill(&r, runs, texts, 3, 1);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	assert_int_equal(numbers.count, 4);
	assert_int_equal(numbers.measure_count, 2);
	assert_string_equal(numbers.series[1].name, "lat");
	assert_int_equal(numbers.series[1].run, 2);
	assert_int_equal(numbers.series[1].count, 2);
	assert_true(numbers.series[1].values[0].value == 3);
	assert_true(numbers.series[0].warmup && !numbers.series[1].warmup);
	assert_true(statistic_of(&numbers, 0, STATISTIC_MEDIAN, &count) == 2);
	assert_int_equal(count, 3);
	numbers_free(&numbers);
}

/* The text of a long series "lat", the values of which are 1, 1.001, 1.002 ... */
static char *
long_text(size_t count)
{
	char *text = calloc(count, 32);
	size_t used = 0;

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		used += (size_t)sprintf(text + used, "lat %.3f ns\n", 1 + (double)i / 1000);
	return text;
}

static void
long_series_become_histograms(void **state)
{
	enum { COUNT = 100 * 1000 };
	char *text = long_text(COUNT);
	const char *const texts[] = {text};
	struct result_run runs[1];
	struct numbers numbers;
	struct result r;
	size_t count;
	(void)state;

	fill(&r, runs, texts, 1, 0);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	const struct series *series = &numbers.series[0];
	assert_true(series->is_histogram);
	assert_int_equal(series->samples, COUNT);
	assert_true(series->count < 7 * NUMBERS_BUCKETS + 2);
	/* Minimum and maximum are exact, others within the stated error. */
	assert_true(series->values[0].value == 1);
	assert_true(series->values[series->count - 1].value == 1 + (COUNT - 1) / 1000.0);
	double exact = 1 + (COUNT - 1) / 2000.0,
	       median = statistic_of(&numbers, 0, STATISTIC_MEDIAN, &count);
	assert_true(median > exact * (1 - 0.5 / NUMBERS_BUCKETS) &&
		    median < exact * (1 + 0.5 / NUMBERS_BUCKETS));
	numbers_free(&numbers);
	free(text);
}

static void
up_to_the_limit_every_value_is_kept(void **state)
{
	char *text = long_text(NUMBERS_EXACT);
	const char *const texts[] = {text};
	struct result_run runs[1];
	struct numbers numbers;
	struct result r;
	(void)state;

	fill(&r, runs, texts, 1, 0);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	assert_false(numbers.series[0].is_histogram);
	assert_int_equal(numbers.series[0].count, NUMBERS_EXACT);
	numbers_free(&numbers);
	free(text);
}

static void
a_file_is_read_as_it_was_written(void **state)
{
	char *text = long_text(NUMBERS_EXACT + 1);
	const char *const texts[] = {"lat 3.5 ns\nlat -1e-300 ns\nn\xc3\xa4me 0 B/s\n", text};
	struct numbers numbers, again;
	struct result_run runs[2];
	struct result r;
	(void)state;

	fill(&r, runs, texts, 2, 1);
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	json_t *json = numbers_json(&numbers), *parsed;
	char *dumped = json_dumps(json, 0);
	assert_non_null(dumped);
	parsed = json_loads(dumped, 0, NULL);
	assert_int_equal(numbers_read(&again, parsed), 0);
	assert_int_equal(again.count, numbers.count);
	assert_int_equal(again.measure_count, 2);
	for (size_t i = 0; i < numbers.count; i++) {
		const struct series *one = &numbers.series[i], *other = &again.series[i];
		assert_string_equal(one->name, other->name);
		assert_string_equal(one->unit, other->unit);
		assert_int_equal(one->run, other->run);
		assert_int_equal(one->warmup, other->warmup);
		assert_int_equal(one->is_histogram, other->is_histogram);
		assert_int_equal(one->samples, other->samples);
		assert_int_equal(one->count, other->count);
		for (size_t k = 0; k < one->count; k++)
			assert_true(one->values[k].value == other->values[k].value &&
				    one->values[k].weight == other->values[k].weight);
	}
	numbers_free(&numbers);
	numbers_free(&again);
	json_decref(json);
	json_decref(parsed);
	free(dumped);
	free(text);
}

static void
damaged_files_are_refused(void **state)
{
	static const char *const texts[] = {
	    "{}",
	    "[1]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\"}]",
	    "[{\"command\":0,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"values\":[1]}]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"values\":[]}]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"values\":[\"1\"]}]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"histogram\":[[1,0]]}]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"values\":[1]}]",
	    "[{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"values\":[1]},"
	    "{\"command\":1,\"run\":1,\"name\":\"a\",\"unit\":\"ns\",\"values\":[1]}]",
	};
	struct numbers numbers;
	(void)state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *json = json_loads(texts[i], 0, NULL);
		assert_non_null(json);
		assert_int_equal(numbers_read(&numbers, json), -1);
		numbers_free(&numbers);
		json_decref(json);
	}
}

/* A guest may send any number, but none that could not be read again. */
static void
impossible_commands_are_a_problem(void **state)
{
	static const char *const texts[] = {"lat 1 ns\n", "lat 2 us\n"};
	static const uint64_t commands[] = {0, UINT64_MAX, (uint64_t)NUMBERS_COUNT_MAX + 1};
	struct result_run runs[2];
	struct numbers numbers;
	struct result r;
	(void)state;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		fill(&r, runs, texts, 2, 0);
		runs[1].command = commands[i];
		assert_int_equal(numbers_collect(&numbers, &r), 0);
		assert_string_equal(numbers.problem,
				    "values of the experiment cannot be kept: a run has no valid "
				    "number, or its command has none");
		numbers_free(&numbers);
	}
	fill(&r, runs, texts, 2, 0);
	runs[1].command = NUMBERS_COUNT_MAX;
	assert_int_equal(numbers_collect(&numbers, &r), 0);
	assert_string_equal(numbers.problem, "");
	assert_int_equal(numbers.measure_count, 2);
	numbers_free(&numbers);
}

static void
units_of_exact_mode_have_their_number_of_instructions(void **state)
{
	static const struct {
		const char *unit, *printed;
	} units[] = {{"ns", "instructions"},
		     {"nsec", "instructions"},
		     {"ps", "ps (0.001 instructions)"},
		     {"us", "us (1000 instructions)"},
		     {"\302\265s", "\302\265s (1000 instructions)"},
		     {"usec", "usec (1000 instructions)"},
		     {"ms", "ms (10^6 instructions)"},
		     {"s", "s (10^9 instructions)"},
		     {"min", "min (60 * 10^9 instructions)"},
		     {"h", "h (3600 * 10^9 instructions)"},
		     {"KiB", "KiB"}};
	(void)state;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		char *unit = numbers_unit(units[i].unit, "instructions");
		assert_string_equal(unit, units[i].printed);
		free(unit);
	}
	char *unit = numbers_unit("us", "emulated time");
	assert_string_equal(unit, "us, emulated time");
	free(unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(samples_belong_to_their_run),
	    cmocka_unit_test(long_series_become_histograms),
	    cmocka_unit_test(up_to_the_limit_every_value_is_kept),
	    cmocka_unit_test(a_file_is_read_as_it_was_written),
	    cmocka_unit_test(damaged_files_are_refused),
	    cmocka_unit_test(impossible_commands_are_a_problem),
	    cmocka_unit_test(units_of_exact_mode_have_their_number_of_instructions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
