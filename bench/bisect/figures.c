/* SPDX-License-Identifier: MIT */
#include "bisect/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer/exact.h"
#include "host/memory.h"

/*
 * Sets the value of each layout, in units of 1 / scale. Returns false if one has none, or two that
 * differ.
 */
static bool
copy_values(double *values, const struct answer *answer, const struct answer_row *row, double scale)
{
	for (size_t i = 0; i < answer->study->plan.layouts; i++) {
		bool is_identical;
		values[i] = exact_value(answer, row, i, &is_identical) * scale;
		if (!is_identical || !isfinite(values[i]))
			return false;
	}
	return true;
}

void
figures_copy(struct figures *figures, const struct answer *answer)
{
	*figures = (struct figures){.count = 0};
	for (size_t i = 0; i < answer->count; i++) {
		const struct answer_measure *measure = &answer->measures[i];
		double *values = xcalloc(answer->study->plan.layouts, sizeof(*values));
		double seconds = measure_seconds(measure->unit);
		/* Times are in instructions, of which each is a nanosecond. */
		bool is_time = seconds > 0;
		if (!copy_values(values, answer, &measure->rows[0], is_time ? seconds * 1e9 : 1)) {
			free(values);
			continue;
		}
		figures->at = xgrow(figures->at, figures->count, sizeof(*figures->at));
		figures->at[figures->count++] = (struct figure){
		    .command = measure->command,
		    .name = xstrdup(measure->name),
		    .unit = xstrdup(is_time ? "ns" : measure->unit),
		    .is_figure = measure->is_figure,
		    .values = values,
		    .count = answer->study->plan.layouts,
		};
	}
}

void
figures_free(struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++) {
		free(figures->at[i].name);
		free(figures->at[i].unit);
		free(figures->at[i].values);
	}
	free(figures->at);
	*figures = (struct figures){.count = 0};
}

json_t *
figures_write(const struct figures *figures)
{
	json_t *list = json_array();

	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->at[i];
		json_t *values = json_array();
		for (size_t k = 0; k < figure->count; k++)
			json_array_append_new(values, json_real(figure->values[k]));
		json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:b, s:o}", "command",
						      (json_int_t)figure->command, "name",
						      figure->name, "unit", figure->unit, "figure",
						      (int)figure->is_figure, "values", values));
	}
	return list;
}

static int
read_figure(struct figure *figure, const json_t *json)
{
	json_int_t command;
	const char *name, *unit;
	int is_figure;
	json_t *values;

	if (json_unpack((json_t *)json, "{s:I, s:s, s:s, s:b, s:o}", "command", &command, "name",
			&name, "unit", &unit, "figure", &is_figure, "values", &values) != 0 ||
	    json_array_size(values) == 0)
		return -1;
	*figure = (struct figure){.command = (uint64_t)command,
				  .name = xstrdup(name),
				  .unit = xstrdup(unit),
				  .is_figure = is_figure,
				  .values = xcalloc(json_array_size(values), sizeof(double)),
				  .count = json_array_size(values)};
	for (size_t i = 0; i < figure->count; i++)
		figure->values[i] = json_number_value(json_array_get(values, i));
	return 0;
}

int
figures_read(struct figures *figures, const json_t *json)
{
	*figures = (struct figures){.count = 0};
	if (!json_is_array(json))
		return -1;
	for (size_t i = 0; i < json_array_size(json); i++) {
		figures->at = xgrow(figures->at, figures->count, sizeof(*figures->at));
		if (read_figure(&figures->at[figures->count], json_array_get(json, i)) != 0) {
			figures_free(figures);
			return -1;
		}
		figures->count++;
	}
	return 0;
}

const struct figure *
figures_find(const struct figures *figures, const struct figure *like)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->at[i];
		if (figure->command == like->command && figure->count == like->count &&
		    strcmp(figure->name, like->name) == 0 && strcmp(figure->unit, like->unit) == 0)
			return figure;
	}
	return NULL;
}

/* Returns whether the figure may be the one that is bisected. */
static bool
is_considered(const struct figures *figures, const struct figure *figure, const char *name)
{
	if (name != NULL)
		return strcmp(figure->name, name) == 0;
	for (size_t i = 0; i < figures->count; i++)
		if (!figures->at[i].is_figure)
			return !figure->is_figure;
	return strcmp(figure->name, "wall_ns") == 0;
}

size_t
figures_choose(const struct figures *good_end, const struct figures *bad_end, const char *name,
	       double at_least, const struct figure **good, const struct figure **bad)
{
	size_t differing = 0;

	*good = *bad = NULL;
	for (size_t i = 0; i < good_end->count; i++) {
		const struct figure *one = &good_end->at[i], *other = figures_find(bad_end, one);
		if (!is_considered(good_end, one, name) || other == NULL)
			continue;
		const struct judge_ends ends = {one->values, other->values, one->count};
		bool differs = judge_ends_differ(&ends, at_least).is_enough;
		if (*good == NULL || (differs && differing == 0)) {
			*good = one;
			*bad = other;
		}
		differing += differs;
	}
	return differing;
}
