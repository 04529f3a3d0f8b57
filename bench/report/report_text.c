/* SPDX-License-Identifier: MIT */
#include "report/report_text.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "console/samples.h"
#include "report/numbers.h"
#include "report/table.h"
#include "statistics/boot_statistic.h"

enum { LINES_SHOWN = 3, LINE_ESCAPED = 4 * EXCERPT_LINE_MAX + 16 };

static int
write_stream(FILE *stream, const char *name, const struct bytes *bytes)
{
	if (bytes->length > 0)
		fwrite(bytes->data, 1, bytes->length, stream);
	if (fflush(stream) == 0 && !ferror(stream))
		return 0;
	warn("cannot write the command's %s", name);
	return -1;
}

/* Whether a name has several samples in the measured runs. */
static bool
has_repeated_samples(const struct numbers *numbers)
{
	for (size_t i = 0; i < numbers->measure_count; i++) {
		const struct series *first = &numbers->series[numbers->measures[i].first];
		if (!first->is_figure && (first->samples > 1 || first->next != SIZE_MAX))
			return true;
	}
	return false;
}

/* Ends the last line of all runs' stdout. */
static void
end_line(const struct result *result)
{
	for (size_t i = result->run_count; i-- > 0;) {
		const struct bytes *out = &result->runs[i].streams[STREAM_OUT];
		if (out->length == 0)
			continue;
		if (out->data[out->length - 1] != '\n')
			putchar('\n');
		return;
	}
}

/* Writes the lines of the results that are not samples. */
static void
write_other_lines(const struct bytes *results)
{
	struct samples samples = samples_in(results->data, results->length);
	struct sample sample;

	while (samples_next(&samples, &sample)) {
		if (sample.is_valid)
			continue;
		fwrite(sample.name, 1, sample.name_length, stdout);
		putchar('\n');
	}
}

/* Adds a row for the samples of a measure. Returns 0, or -1 with errno. */
static int
add_samples(struct table *table, const struct numbers *numbers, size_t measure, const char *kind,
	    struct gathered *all)
{
	static const struct boot_statistic median = {STATISTIC_MEDIAN, 0};
	const struct series *series = &numbers->series[numbers->measures[measure].first];
	double count = 0;

	if (series->is_figure)
		return 0;
	if (numbers_gather(numbers, measure, all) != 0)
		return -1;
	if (all->count == 0)
		return 0;
	double middle = boot_statistic(median, all->values, all->count); /* sorts them */
	for (size_t i = 0; i < all->count; i++)
		count += all->values[i].weight;
	char *unit = numbers_unit(series->unit, kind);
	table_measure(table, series->name, numbers->commands > 1 ? series->command : 0);
	table_format(table, "%.0f", count);
	table_number(table, all->values[0].value);
	table_number(table, middle);
	table_number(table, all->values[all->count - 1].value);
	table_add(table, unit);
	free(unit);
	return 0;
}

static int
write_samples(const struct numbers *numbers, const char *kind)
{
	static const char *const heading[] = {"name", "samples", "min", "median", "max", "unit"};
	struct table table = {.columns = 6, .right = {false, true, true, true, true, false}};
	struct gathered all = {.count = 0};
	int result = 0;

	for (size_t i = 0; i < table.columns; i++)
		table_add(&table, heading[i]);
	for (size_t i = 0; i < numbers->measure_count && result == 0; i++)
		result = add_samples(&table, numbers, i, kind, &all);
	if (result == 0)
		table_print(&table, stdout, false);
	if (result != 0 || fflush(stdout) != 0 || ferror(stdout)) {
		warn("cannot write the command's numbers");
		result = -1;
	}
	free(all.values);
	table_free(&table);
	return result;
}

int
report_text_output(const struct result *result, const char *kind)
{
	struct numbers numbers;
	int failed = numbers_collect(&numbers, result);
	/* Numbers that cannot be kept are written as they came. */
	bool is_table = failed == 0 && numbers.problem[0] == '\0' && has_repeated_samples(&numbers);

	if (failed != 0)
		warn("cannot read the command's numbers");
	for (size_t i = 0; i < result->run_count; i++) {
		const struct bytes *streams = result->runs[i].streams;
		failed |= write_stream(stdout, "stdout", &streams[STREAM_OUT]);
		failed |= write_stream(stderr, "stderr", &streams[STREAM_ERR]);
		if (!is_table)
			failed |= write_stream(stdout, "numbers", &streams[STREAM_RESULTS]);
	}
	if (is_table) {
		end_line(result);
		for (size_t i = 0; i < result->run_count; i++)
			write_other_lines(&result->runs[i].streams[STREAM_RESULTS]);
		failed |= write_samples(&numbers, kind);
	}
	numbers_free(&numbers);
	return failed;
}

/* "run 3: " where there are several. */
static void
remark_run(const struct result *result, const struct result_run *run)
{
	char line[OUTCOME_REASON_MAX], which[32] = "";

	if (result->run_count > 1)
		snprintf(which, sizeof(which), "run %llu: ", (unsigned long long)run->number);
	if (run->exceeded)
		warnx("%s/run, a quarter of the memory, was full: output was refused", which);
	for (size_t i = 0; i < run->strays.count; i++) {
		struct text t = text_in(line, sizeof(line));
		escape_bytes(&t, run->strays.at[i].data, run->strays.at[i].length);
		warnx("%sthe command left a process behind, which was killed: %llu (%.*s)", which,
		      (unsigned long long)run->strays.at[i].pid, (int)t.used, line);
	}
}

void
report_text_remarks(const struct result *result)
{
	char line[OUTCOME_REASON_MAX];

	for (size_t i = 0; i < result->warnings.count; i++) {
		struct text t = text_in(line, sizeof(line));
		escape_bytes(&t, result->warnings.at[i].data, result->warnings.at[i].length);
		warnx("warning from the guest: %.*s", (int)t.used, line);
	}
	for (size_t i = 0; i < result->run_count; i++)
		remark_run(result, &result->runs[i]);
}

/* Escapes the line for printing. Returns false if the reason already has it. */
static bool
escape_line(char escaped[LINE_ESCAPED], const struct outcome_line *line, const char *reason)
{
	struct text t = text_in(escaped, LINE_ESCAPED - 1);

	escape_bytes(&t, line->data, line->length);
	escaped[t.used] = '\0';
	return reason[0] == '\0' ||
	       (strstr(reason, escaped) == NULL && strstr(escaped, reason) == NULL);
}

void
report_text_lines(enum outcome outcome, const char *reason, const struct outcome_line *lines,
		  size_t count)
{
	bool is_trouble = outcome == OUTCOME_PANIC || outcome == OUTCOME_OOPS ||
			  outcome == OUTCOME_LOCKUP || outcome == OUTCOME_WARNING;
	char escaped[LINE_ESCAPED];
	size_t others = 0, seen = 0;

	for (size_t i = 0; i < count; i++)
		others += escape_line(escaped, &lines[i], reason);
	size_t from = is_trouble || others < LINES_SHOWN ? 0 : others - LINES_SHOWN;
	for (size_t i = 0; i < count; i++) {
		if (!escape_line(escaped, &lines[i], reason))
			continue;
		if (seen >= from && seen < from + LINES_SHOWN)
			fprintf(stderr, "  %s\n", escaped);
		seen++;
	}
}
