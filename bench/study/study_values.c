/* SPDX-License-Identifier: MIT */
#include "study/study_values.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "console/samples.h"
#include "text.h"

/* What is needed while the samples are read. */
struct reader {
	struct study_values *values;
	json_t *places; /* of each name its number; may be more than are kept */
	struct text problem;
};

/* The first problem stands. */
static void
report_problem(struct reader *r, const char *name, size_t length, const char *what)
{
	if (r->problem.used > 0)
		return;
	text_string(&r->problem, "values of the experiment cannot be kept: the name ");
	escape_bytes(&r->problem, name, length < STUDY_NAME_MAX ? length : STUDY_NAME_MAX);
	text_string(&r->problem, what);
}

static int
append_number(struct study_value *value, double number)
{
	if (value->count == value->size) {
		size_t size = value->size * 2 + 16;
		double *more = reallocarray(value->all, size, sizeof(*more));
		if (more == NULL)
			return -1;
		value->all = more;
		value->size = size;
	}
	value->all[value->count++] = number;
	return 0;
}

/* Looks up the value of a name, and gives it a place; *value NULL: beyond those that are kept. */
static int
find_value(struct reader *r, const char *name, struct study_value **value)
{
	const json_t *place = json_object_get(r->places, name);
	size_t number = place != NULL ? (size_t)json_integer_value(place) : json_object_size(r->places);

	if (place == NULL && json_object_set_new(r->places, name, json_integer((json_int_t)number)) != 0)
		return -1;
	*value = number < STUDY_VALUES_MAX ? &r->values->at[number] : NULL;
	if (place == NULL && *value != NULL) {
		**value = (struct study_value){.count = 0};
		strcpy((*value)->name, name);
		r->values->count++;
	}
	return 0;
}

static bool
is_figure(const struct sample *sample)
{
	for (int i = 0; i < FIGURES; i++)
		if (strlen(result_figure_names[i]) == sample->name_length &&
		    memcmp(result_figure_names[i], sample->name, sample->name_length) == 0)
			return true;
	return false;
}

/* Whether the name can be kept; reports why not. */
static bool
check_name(struct reader *r, const struct sample *sample)
{
	const char *problem = NULL;

	if (is_figure(sample))
		problem = " is that of a figure of each run";
	else if (sample->name_length > STUDY_NAME_MAX)
		problem = "... is longer than 128 bytes";
	else if (memchr(sample->name, '\0', sample->name_length) != NULL)
		problem = " holds a byte of value 0";
	if (problem == NULL) {
		json_t *utf8 = json_stringn(sample->name, sample->name_length);
		if (utf8 == NULL)
			problem = " is not UTF-8";
		json_decref(utf8);
	}
	if (problem != NULL)
		report_problem(r, sample->name, sample->name_length, problem);
	return problem == NULL;
}

static int
add_sample(struct reader *r, const struct sample *sample)
{
	char name[STUDY_NAME_MAX + 1];
	struct study_value *value;

	if (!check_name(r, sample))
		return 0;
	memcpy(name, sample->name, sample->name_length);
	name[sample->name_length] = '\0';
	if (find_value(r, name, &value) != 0)
		return -1;
	if (value == NULL)
		return 0;
	if (value->unit == NULL) {
		value->unit = sample->unit;
		value->unit_length = sample->unit_length;
	}
	if (value->unit_length != sample->unit_length || memcmp(value->unit, sample->unit, sample->unit_length) != 0)
		report_problem(r, name, sample->name_length, " has values of two units");
	return append_number(value, sample->value);
}

static int
add_run(struct reader *r, const struct result_run *run)
{
	const struct bytes *bytes = &run->streams[STREAM_RESULTS];
	struct samples samples = samples_in(bytes->data, bytes->length);
	struct study_value *value;
	struct sample sample;

	for (int i = 0; i < FIGURES; i++)
		if (run->exit.has[i] && (find_value(r, result_figure_names[i], &value) != 0 ||
					 append_number(value, (double)run->exit.figures[i]) != 0))
			return -1;
	while (samples_next(&samples, &sample)) {
		r->values->not_samples += !sample.is_valid;
		if (sample.is_valid && add_sample(r, &sample) != 0)
			return -1;
	}
	return 0;
}

static void
drop_values(struct study_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->at[i].all);
	values->count = 0;
}

static void
conclude_values(struct reader *r)
{
	struct study_values *values = r->values;

	if (r->problem.used == 0 && json_object_size(r->places) > STUDY_VALUES_MAX) {
		text_string(&r->problem, "values of the experiment cannot be kept: there are ");
		text_number(&r->problem, json_object_size(r->places));
		text_string(&r->problem, " names, and a study keeps at most 64");
	}
	values->problem[r->problem.used] = '\0';
	if (r->problem.used > 0)
		drop_values(values);
	for (size_t i = 0; i < values->count; i++) {
		struct study_value *value = &values->at[i];
		gsl_sort(value->all, 1, value->count);
		value->median = gsl_stats_median_from_sorted_data(value->all, 1, value->count);
		if (!isfinite(value->median)) /* the sum of the two in the middle is too large */
			value->median = value->all[value->count / 2 - 1] / 2 + value->all[value->count / 2] / 2;
	}
}

int
study_values_read(struct study_values *values, const struct result *result)
{
	struct reader r = {.values = values, .places = json_object()};
	int status = r.places == NULL ? -1 : 0;

	values->count = 0;
	values->commands = values->not_samples = 0;
	r.problem = text_in(values->problem, sizeof(values->problem) - 1);
	for (size_t i = 0; i < result->run_count; i++)
		if (result->runs[i].command > values->commands)
			values->commands = result->runs[i].command;
	for (size_t i = 0; i < result->run_count && values->commands <= 1 && status == 0; i++)
		if (!result->runs[i].warmup && result->runs[i].exit.known)
			status = add_run(&r, &result->runs[i]);
	conclude_values(&r);
	json_decref(r.places);
	return status;
}

void
study_values_free(struct study_values *values)
{
	drop_values(values);
}
