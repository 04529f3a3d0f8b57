/* SPDX-License-Identifier: MIT */
#include "study_values.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

/* The place of a name; NULL where it has none and gets none. */
static struct study_value *
value_of(struct study_values *values, const char *name, size_t length)
{
	if (length > STUDY_NAME_MAX || memchr(name, '\0', length) != NULL)
		return NULL;
	for (size_t i = 0; i < values->count; i++)
		if (strlen(values->at[i].name) == length && memcmp(values->at[i].name, name, length) == 0)
			return &values->at[i];
	if (values->count == STUDY_VALUES_MAX)
		return NULL;
	struct study_value *value = &values->at[values->count++];
	*value = (struct study_value){.count = 0};
	memcpy(value->name, name, length);
	return value;
}

static int
add(struct study_values *values, const char *name, size_t length, double number)
{
	struct study_value *value = value_of(values, name, length);

	if (value == NULL)
		return 0;
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

static bool
is_figure(const struct sample *sample)
{
	for (int i = 0; i < FIGURES; i++)
		if (strlen(result_figure_names[i]) == sample->name_length &&
		    memcmp(result_figure_names[i], sample->name, sample->name_length) == 0)
			return true;
	return false;
}

static int
add_run(struct study_values *values, const struct result_run *run)
{
	const struct bytes *bytes = &run->streams[STREAM_RESULTS];
	struct samples samples = samples_in(bytes->data, bytes->length);
	struct sample sample;

	for (int i = 0; i < FIGURES; i++) {
		const char *name = result_figure_names[i];
		if (run->exit.has[i] && add(values, name, strlen(name), (double)run->exit.figures[i]) != 0)
			return -1;
	}
	while (samples_next(&samples, &sample))
		if (sample.is_valid && !is_figure(&sample) &&
		    add(values, sample.name, sample.name_length, sample.value) != 0)
			return -1;
	return 0;
}

int
study_values_read(struct study_values *values, const struct result *result, const char *first)
{
	values->count = 0;
	if (first != NULL)
		value_of(values, first, strlen(first));
	for (size_t i = 0; i < result->run_count; i++)
		if (!result->runs[i].warmup && result->runs[i].exit.known && add_run(values, &result->runs[i]) != 0)
			return -1;
	for (size_t i = 0; i < values->count; i++)
		values->at[i].median =
		    values->at[i].count > 0 ? gsl_stats_median(values->at[i].all, 1, values->at[i].count) : NAN;
	return 0;
}

void
study_values_free(struct study_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->at[i].all);
	values->count = 0;
}
