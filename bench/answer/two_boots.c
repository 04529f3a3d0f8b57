/* SPDX-License-Identifier: MIT */
#include "answer/two_boots.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/columns.h"
#include "answer/origin.h"
#include "console/outcome.h"
#include "host/memory.h"

/* The statistic of a measure in a boot; NAN: it has no measured values. */
static double
value_of(const struct recorded_boot *boot, size_t measure, struct boot_statistic statistic)
{
	struct gathered all = {.count = 0};

	if (numbers_gather(&boot->numbers, measure, &all) != 0)
		memory_die();
	double value = all.count > 0 ? boot_statistic(statistic, all.values, all.count) : NAN;
	free(all.values);
	return value;
}

static const struct series *
series_of(const struct recorded_boot *boot, size_t measure)
{
	return &boot->numbers.series[boot->numbers.measures[measure].first];
}

/* The measure of the same command, name and unit, or measure_count. */
static size_t
lookup_measure(const struct recorded_boot *boot, const struct series *wanted)
{
	size_t i = 0;

	for (; i < boot->numbers.measure_count; i++) {
		const struct series *series = series_of(boot, i);
		if (series->command == wanted->command && strcmp(series->name, wanted->name) == 0 &&
		    strcmp(series->unit, wanted->unit) == 0)
			break;
	}
	return i;
}

/* Returns whether a boot has samples of its experiment. */
static bool
has_samples(const struct recorded_boot *boot)
{
	for (size_t i = 0; i < boot->numbers.count; i++)
		if (!boot->numbers.series[i].is_figure)
			return true;
	return false;
}

static bool
is_chosen(const struct two_boots *t, const struct answer_measure *measure,
	  const struct answer_options *options)
{
	if (options->measure != NULL)
		return answer_is_shown(measure, options);
	return has_samples(&t->boots[0]) && has_samples(&t->boots[1])
		   ? !measure->is_figure
		   : measure->is_figure && answer_is_usual_figure(measure);
}

static void
add_rows(struct two_boots *t, const struct answer_options *options)
{
	const struct boot_statistic statistic = {t->is_exact ? STATISTIC_MIN : STATISTIC_MEDIAN, 0};

	for (size_t i = 0; i < t->boots[0].numbers.measure_count; i++) {
		const struct series *series = series_of(&t->boots[0], i);
		size_t other = lookup_measure(&t->boots[1], series);
		struct boots_row row = {.measure = {.command = series->command,
						    .name = series->name,
						    .unit = series->unit,
						    .is_figure = series->is_figure,
						    .is_exact = t->is_exact,
						    .direction = measure_direction(series->unit),
						    .statistic = statistic}};
		if (other == t->boots[1].numbers.measure_count ||
		    !is_chosen(t, &row.measure, options))
			continue;
		answer_set_direction(&row.measure, t->boots[0].origin);
		answer_set_direction(&row.measure, t->boots[1].origin);
		row.values[0] = value_of(&t->boots[0], i, statistic);
		row.values[1] = value_of(&t->boots[1], other, statistic);
		if (isnan(row.values[0]) || isnan(row.values[1]))
			continue;
		t->rows = xgrow(t->rows, t->count, sizeof(*t->rows));
		t->rows[t->count++] = row;
	}
}

/* Sets what times are. Returns 0, or bench's exit status after a message. */
static int
set_kind(struct two_boots *t)
{
	const char *one = t->boots[0].kind, *other = t->boots[1].kind;

	t->kind = one != NULL ? one : other != NULL ? other : "time";
	t->is_exact = one != NULL && other != NULL && strcmp(one, "instructions") == 0;
	if (one == NULL || other == NULL || strcmp(one, other) == 0)
		return 0;
	warnx("%s has %s, but %s has %s: these cannot be compared", t->paths[0], one, t->paths[1],
	      other);
	return STATUS_WRONG_USAGE;
}

int
two_boots_make(struct two_boots *t, const char *const paths[2],
	       const struct answer_options *options)
{
	*t = (struct two_boots){.paths = {paths[0], paths[1]}, .differences = json_array()};
	for (; t->read < 2; t->read++)
		if (recorded_boot_read(&t->boots[t->read], paths[t->read]) != 0) {
			t->read++;
			return STATUS_NO_VERDICT;
		}
	int status = set_kind(t);
	if (status != 0)
		return status;
	for (int i = 0; i < 2; i++)
		if (t->boots[i].numbers.commands > t->commands)
			t->commands = t->boots[i].numbers.commands;
	origin_compare(t->differences, t->boots[0].origin, t->boots[1].origin, false);
	add_rows(t, options);
	if (t->count > 0)
		return 0;
	if (options->measure != NULL)
		warnx("%s and %s have no measure that is called %s", paths[0], paths[1],
		      options->measure);
	else
		warnx("%s and %s have no measure in common", paths[0], paths[1]);
	return STATUS_NO_VERDICT;
}

void
two_boots_free(struct two_boots *t)
{
	for (int i = 0; i < t->read; i++)
		recorded_boot_free(&t->boots[i]);
	free(t->rows);
	json_decref(t->differences);
}

static void
add_row(struct table *table, const struct two_boots *t, const struct boots_row *row)
{
	const struct answer_measure *measure = &row->measure;
	double difference = row->values[1] - row->values[0];
	char statistic[BOOT_STATISTIC_NAME];

	boot_statistic_name(measure->statistic, statistic);
	table_measure(table, measure->name, t->commands > 1 ? measure->command : 0);
	column_unit(table, t->kind, measure->unit);
	table_add(table, statistic);
	table_number(table, row->values[0]);
	table_number(table, row->values[1]);
	column_range(table, 1, difference, difference, row->values[0]);
	if (!t->is_exact)
		table_add(table, "cannot tell");
	else
		table_add(table, difference == 0 ? "no difference" : "");
}

int
two_boots_print(const struct two_boots *t)
{
	static const char *const headings[] = {"measure", "unit",	"statistic", "A",
					       "B",	  "difference", "of A",	     "verdict"};
	struct table table = {.columns = sizeof(headings) / sizeof(*headings),
			      .right = {[3] = true, true, true, true}};

	column_line("A", ": boot ", t->paths[0]);
	column_line("B", ": boot ", t->paths[1]);
	origin_print(t->differences, "A", "B");
	putchar('\n');
	if (strcmp(t->kind, "emulated time") == 0)
		puts("QEMU emulates the machine (TCG): times do not represent real hardware");
	if (t->is_exact)
		puts("exact mode: a guest nanosecond is one instruction, not a time; memory layout "
		     "also changes these numbers");
	else
		puts("one boot each: how much boots differ is unknown, so there are no verdicts");
	putchar('\n');
	for (size_t i = 0; i < table.columns; i++)
		table_add(&table, headings[i]);
	for (size_t i = 0; i < t->count; i++)
		add_row(&table, t, &t->rows[i]);
	column_print(&table);
	table_free(&table);
	if (fflush(stdout) == 0)
		return 0;
	warn("cannot write");
	return -1;
}

int
two_boots_check_limits(const struct two_boots *t, const struct limits *limits)
{
	const struct answer_measure **measures = xcalloc(t->count + 1, sizeof(*measures));

	for (size_t i = 0; i < t->count; i++)
		measures[i] = &t->rows[i].measure;
	int result =
	    limits_check_measures(limits, measures, t->count, t->is_exact ? t->kind : "time");
	free(measures);
	return result;
}

int
two_boots_limits(const struct two_boots *t, const struct limits *limits)
{
	struct limits_result result = {.limits = limits, .kind = t->kind};

	for (size_t i = 0; i < t->count; i++) {
		double difference = t->rows[i].values[1] - t->rows[i].values[0];
		const struct limited l = {.measure = &t->rows[i].measure,
					  .cell = t->paths[1],
					  .is_known = t->is_exact,
					  .low = difference,
					  .high = difference,
					  .baseline = t->rows[i].values[0]};
		limits_add(&result, &l);
	}
	return limits_finish(&result);
}
