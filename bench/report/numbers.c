/* SPDX-License-Identifier: MIT */
#include "report/numbers.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"
#include "console/samples.h"
#include "host/memory.h"
#include "statistics/measure.h"
#include "text.h"

/* The units of figures, in the order of result_figure_names. */
static const char *const figure_units[FIGURES] = {
    [FIGURE_WALL_NS] = "ns",
    [FIGURE_USER_US] = "us",
    [FIGURE_SYSTEM_US] = "us",
    [FIGURE_MAXRSS_KIB] = "KiB",
    [FIGURE_MINOR_FAULTS] = "faults",
    [FIGURE_MAJOR_FAULTS] = "faults",
    [FIGURE_VOLUNTARY_SWITCHES] = "switches",
    [FIGURE_INVOLUNTARY_SWITCHES] = "switches",
    [FIGURE_INIT_SWITCHES] = "switches",
};

/* State while the samples are read. */
struct reader {
	struct numbers *numbers;
	const struct result_run *run;
	struct text problem;
};

/* Only the first problem is kept. */
static void
report_problem(struct reader *r, const char *name, size_t length, const char *what)
{
	if (r->problem.used > 0)
		return;
	text_string(&r->problem, "values of the experiment cannot be kept: the name ");
	escape_bytes(&r->problem, name, length < NUMBERS_NAME_MAX ? length : NUMBERS_NAME_MAX);
	text_string(&r->problem, what);
}

static int
append_value(struct series *series, double value, double weight)
{
	if (series->count == series->size) {
		size_t size = series->size * 2 + 16;
		struct weighted *more = reallocarray(series->values, size, sizeof(*more));
		if (more == NULL)
			return -1;
		series->values = more;
		series->size = size;
	}
	series->values[series->count++] = (struct weighted){value, weight};
	series->samples += (uint64_t)weight;
	return 0;
}

static bool
is_figure(const char *name, size_t length)
{
	for (int i = 0; i < FIGURES; i++)
		if (strlen(result_figure_names[i]) == length &&
		    memcmp(result_figure_names[i], name, length) == 0)
			return true;
	return false;
}

/* Adds a series with copies of both strings. NULL: out of memory. */
static struct series *
append_series(struct numbers *numbers, const char *name, const char *unit, size_t unit_length)
{
	if (numbers->count == numbers->size) {
		size_t size = numbers->size * 2 + 16;
		struct series *more = reallocarray(numbers->series, size, sizeof(*more));
		if (more == NULL)
			return NULL;
		numbers->series = more;
		numbers->size = size;
	}
	struct series *series = &numbers->series[numbers->count++];
	*series = (struct series){
	    .name = strdup(name), .unit = strndup(unit, unit_length), .next = SIZE_MAX};
	return series->name != NULL && series->unit != NULL ? series : NULL;
}

static struct numbers_measure *
append_measure(struct numbers *numbers, const char *key)
{
	if (numbers->measure_count == numbers->measure_size) {
		size_t size = numbers->measure_size * 2 + 16;
		struct numbers_measure *more = reallocarray(numbers->measures, size, sizeof(*more));
		if (more == NULL)
			return NULL;
		numbers->measures = more;
		numbers->measure_size = size;
	}
	if (json_object_set_new(numbers->places, key,
				json_integer((json_int_t)numbers->measure_count)) != 0)
		return NULL;
	return &numbers->measures[numbers->measure_count++];
}

/*
 * The series of a name in a run, which is added if it is new; the last run's is the one to which
 * samples may still be added. NULL: out of memory.
 */
static struct series *
series_of(struct numbers *numbers, uint64_t command, uint64_t run, const char *name,
	  const char *unit, size_t unit_length)
{
	char key[NUMBERS_NAME_MAX + 32];

	/* A command's number is from the guest, and may be any. */
	snprintf(key, sizeof(key), "%llu %s", (unsigned long long)command, name);
	const json_t *place = json_object_get(numbers->places, key);
	struct numbers_measure *measure =
	    place != NULL ? &numbers->measures[json_integer_value(place)] : NULL;
	if (measure != NULL && numbers->series[measure->last].run == run)
		return &numbers->series[measure->last];
	struct series *series = append_series(numbers, name, unit, unit_length);
	if (series == NULL || (measure == NULL && (measure = append_measure(numbers, key)) == NULL))
		return NULL;
	if (place != NULL)
		numbers->series[measure->last].next = numbers->count - 1;
	else
		measure->first = numbers->count - 1;
	measure->last = numbers->count - 1;
	series->command = command;
	series->run = run;
	series->is_figure = is_figure(name, strlen(name));
	return series;
}

static bool
is_utf8(const char *bytes, size_t length)
{
	json_t *string = json_stringn(bytes, length);
	bool is = string != NULL;

	json_decref(string);
	return is;
}

/* Returns whether the name can be kept; reports why not. */
static bool
check_sample(struct reader *r, const struct sample *sample)
{
	const char *problem = NULL;

	if (is_figure(sample->name, sample->name_length))
		problem = " is that of a figure of each run";
	else if (sample->name_length > NUMBERS_NAME_MAX)
		problem = "... is longer than 128 bytes";
	else if (sample->unit_length > NUMBERS_NAME_MAX)
		problem = " has a unit longer than 128 bytes";
	else if (memchr(sample->name, '\0', sample->name_length) != NULL)
		problem = " holds a byte of value 0";
	else if (!is_utf8(sample->name, sample->name_length))
		problem = " is not UTF-8";
	else if (memchr(sample->unit, '\0', sample->unit_length) != NULL ||
		 !is_utf8(sample->unit, sample->unit_length))
		problem = " has a unit that is not UTF-8";
	if (problem != NULL)
		report_problem(r, sample->name, sample->name_length, problem);
	return problem == NULL;
}

static int
add_sample(struct reader *r, const struct sample *sample)
{
	char name[NUMBERS_NAME_MAX + 1];

	if (!check_sample(r, sample))
		return 0;
	memcpy(name, sample->name, sample->name_length);
	name[sample->name_length] = '\0';
	struct series *series = series_of(r->numbers, r->run->command, r->run->number, name,
					  sample->unit, sample->unit_length);
	if (series == NULL)
		return -1;
	series->warmup = r->run->warmup;
	if (strlen(series->unit) != sample->unit_length ||
	    memcmp(series->unit, sample->unit, sample->unit_length) != 0)
		report_problem(r, name, sample->name_length, " has values of two units");
	return append_value(series, sample->value, 1);
}

/* Checks that each measure has the same unit in all runs. */
static void
check_units(struct reader *r)
{
	const struct numbers *numbers = r->numbers;

	for (size_t i = 0; i < numbers->count; i++) {
		const struct series *series = &numbers->series[i];
		if (series->next != SIZE_MAX &&
		    strcmp(series->unit, numbers->series[series->next].unit) != 0)
			report_problem(r, series->name, strlen(series->name),
				       " has values of two units");
	}
}

static int
add_run(struct reader *r, const struct result_run *run)
{
	const struct bytes *bytes = &run->streams[STREAM_RESULTS];
	struct samples samples = samples_in(bytes->data, bytes->length);
	struct sample sample;

	r->run = run;
	if (run->command < 1 || run->command > NUMBERS_COUNT_MAX || run->number < 1 ||
	    run->number > NUMBERS_COUNT_MAX) {
		text_string(&r->problem,
			    r->problem.used == 0
				? "values of the experiment cannot be kept: a run has no "
				  "valid number, or its command has none"
				: "");
		return 0;
	}
	for (int i = 0; i < FIGURES; i++) {
		if (!run->exit.has[i])
			continue;
		struct series *series =
		    series_of(r->numbers, run->command, run->number, result_figure_names[i],
			      figure_units[i], strlen(figure_units[i]));
		if (series != NULL)
			series->warmup = run->warmup;
		if (series == NULL || append_value(series, (double)run->exit.figures[i], 1) != 0)
			return -1;
	}
	while (samples_next(&samples, &sample)) {
		r->numbers->not_samples += !sample.is_valid;
		if (sample.is_valid && add_sample(r, &sample) != 0)
			return -1;
	}
	return 0;
}

static int
compare_values(const void *a, const void *b)
{
	const struct weighted *one = a, *other = b;

	return (one->value > other->value) - (one->value < other->value);
}

/* The middle of the part of a histogram in which a value lies. */
static double
middle_of(double value)
{
	int exponent;
	double part = frexp(fabs(value), &exponent); /* from 0.5 up to 1; 0 for 0 */

	if (part == 0)
		return value;
	part = 0.5 + (floor((part - 0.5) * 2 * NUMBERS_BUCKETS) + 0.5) / (2 * NUMBERS_BUCKETS);
	return copysign(ldexp(part, exponent), value);
}

/* Turns a long series into a histogram. */
static void
make_histogram(struct series *series)
{
	struct weighted *at = series->values;
	size_t last = series->count - 1, kept = 1;

	qsort(at, series->count, sizeof(*at), compare_values);
	for (size_t i = 1; i < last; i++) {
		double middle = fmin(fmax(middle_of(at[i].value), at[0].value), at[last].value);
		if (kept > 1 && at[kept - 1].value == middle)
			at[kept - 1].weight++;
		else
			at[kept++] = (struct weighted){middle, 1};
	}
	at[kept++] = at[last];
	series->count = kept;
	series->is_histogram = true;
}

const char *
numbers_figure_unit(const char *name)
{
	for (int i = 0; i < FIGURES; i++)
		if (strcmp(result_figure_names[i], name) == 0)
			return figure_units[i];
	return NULL;
}

int
numbers_collect(struct numbers *numbers, const struct result *result)
{
	struct reader r = {.numbers = numbers};
	int status;

	*numbers = (struct numbers){.places = json_object()};
	status = numbers->places != NULL ? 0 : -1;
	r.problem = text_in(numbers->problem, sizeof(numbers->problem) - 1);
	for (size_t i = 0; i < result->run_count && status == 0; i++) {
		const struct result_run *run = &result->runs[i];
		if (run->command > numbers->commands)
			numbers->commands = run->command;
		if (run->exit.known)
			status = add_run(&r, run);
	}
	check_units(&r);
	for (size_t i = 0; i < numbers->count && status == 0; i++)
		if (numbers->series[i].count > NUMBERS_EXACT)
			make_histogram(&numbers->series[i]);
	numbers->problem[r.problem.used] = '\0';
	if (status != 0)
		errno = ENOMEM;
	return status;
}

static json_t *
values_json(const struct series *series)
{
	json_t *all = json_array();
	int failed = all == NULL;

	for (size_t i = 0; i < series->count && !failed; i++) {
		json_t *value = object_number(series->values[i].value);
		if (series->is_histogram)
			value = json_pack("[o, I]", value, (json_int_t)series->values[i].weight);
		failed = json_array_append_new(all, value) != 0;
	}
	if (!failed)
		return all;
	json_decref(all);
	return NULL;
}

json_t *
numbers_json(const struct numbers *numbers)
{
	struct object all = {json_array(), false};

	for (size_t i = 0; i < numbers->count; i++) {
		const struct series *series = &numbers->series[i];
		struct object o = {json_object(), false};
		object_set(&o, "command", json_integer((json_int_t)series->command));
		object_set(&o, "run", json_integer((json_int_t)series->run));
		object_set(&o, "warmup", json_boolean(series->warmup));
		object_string(&o, "name", series->name);
		object_string(&o, "unit", series->unit);
		if (series->is_histogram) {
			object_set(&o, "count", json_integer((json_int_t)series->samples));
			object_set(&o, "error", json_real(0.5 / NUMBERS_BUCKETS));
		}
		object_set(&o, series->is_histogram ? "histogram" : "values", values_json(series));
		all.failed |= o.failed || json_array_append_new(all.json, o.json) != 0;
	}
	if (!all.failed)
		return all.json;
	json_decref(all.json);
	return NULL;
}

static int
read_values(struct series *series, const json_t *values)
{
	json_t *entry;
	size_t i;

	json_array_foreach(values, i, entry)
	{
		const json_t *value = series->is_histogram ? json_array_get(entry, 0) : entry,
			     *weight = series->is_histogram ? json_array_get(entry, 1) : NULL;
		if (!json_is_number(value) ||
		    (series->is_histogram && json_integer_value(weight) < 1) ||
		    append_value(series, json_number_value(value),
				 series->is_histogram ? (double)json_integer_value(weight) : 1) !=
			0)
			return -1;
	}
	return json_array_size(values) > 0 ? 0 : -1;
}

static int
read_series(struct numbers *numbers, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "name")),
		   *unit = json_string_value(json_object_get(entry, "unit"));
	json_int_t command = json_integer_value(json_object_get(entry, "command")),
		   run = json_integer_value(json_object_get(entry, "run"));
	const json_t *values = json_object_get(entry, "values");

	if (name == NULL || unit == NULL || command < 1 || command > NUMBERS_COUNT_MAX || run < 1 ||
	    run > NUMBERS_COUNT_MAX || strlen(name) > NUMBERS_NAME_MAX)
		return -1;
	struct series *series =
	    series_of(numbers, (uint64_t)command, (uint64_t)run, name, unit, strlen(unit));
	if (series == NULL || series->count > 0)
		return -1;
	series->warmup = json_is_true(json_object_get(entry, "warmup"));
	series->is_histogram = values == NULL;
	if (series->command > numbers->commands)
		numbers->commands = series->command;
	return read_values(series, values != NULL ? values : json_object_get(entry, "histogram"));
}

int
numbers_read(struct numbers *numbers, const json_t *series)
{
	json_t *entry;
	size_t i;

	*numbers = (struct numbers){.places = json_object()};
	if (numbers->places == NULL)
		return -1;
	json_array_foreach(series, i, entry) if (read_series(numbers, entry) != 0) return -1;
	return json_is_array(series) ? 0 : -1;
}

void
numbers_free(struct numbers *numbers)
{
	for (size_t i = 0; i < numbers->count; i++) {
		free(numbers->series[i].name);
		free(numbers->series[i].unit);
		free(numbers->series[i].values);
	}
	free(numbers->series);
	free(numbers->measures);
	json_decref(numbers->places);
	*numbers = (struct numbers){.count = 0};
}

const char *
numbers_kind(bool is_exact, const char *accel)
{
	if (is_exact)
		return "instructions";
	return accel != NULL && strcmp(accel, "tcg") == 0 ? "emulated time" : "time";
}

char *
numbers_unit(const char *unit, const char *kind)
{
	static const struct {
		double seconds;
		const char *instructions;
	} units[] = {{1e-12, "0.001"}, {1e-6, "1000"},	  {1e-3, "10^6"},
		     {1, "10^9"},      {60, "60 * 10^9"}, {3600, "3600 * 10^9"}};
	double seconds = measure_seconds(unit);

	if (seconds == 0 || strcmp(kind, "time") == 0)
		return xstrdup(unit);
	if (strcmp(kind, "instructions") != 0)
		return xasprintf("%s, %s", unit, kind);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (seconds == units[i].seconds)
			return xasprintf("%s (%s instructions)", unit, units[i].instructions);
	return xstrdup("instructions");
}

int
numbers_gather(const struct numbers *numbers, size_t measure, struct gathered *gathered)
{
	gathered->count = 0;
	gathered->is_histogram = false;
	for (size_t i = numbers->measures[measure].first; i != SIZE_MAX;
	     i = numbers->series[i].next) {
		const struct series *series = &numbers->series[i];
		if (series->warmup)
			continue;
		gathered->is_histogram |= series->is_histogram;
		if (gathered->count + series->count > gathered->size) {
			size_t size = 2 * (gathered->count + series->count);
			struct weighted *more = reallocarray(gathered->values, size, sizeof(*more));
			if (more == NULL)
				return -1;
			gathered->values = more;
			gathered->size = size;
		}
		memcpy(gathered->values + gathered->count, series->values,
		       series->count * sizeof(*series->values));
		gathered->count += series->count;
	}
	return 0;
}
