/* SPDX-License-Identifier: MIT */
#include "answer/answer_print.h"

#include <err.h>
#include <math.h>
#include <string.h>

#include "answer/variance.h"
#include "base/json.h"

enum { ANSWER_FORMAT = 1 };

static json_t *
number_of(double number)
{
	return isfinite(number) ? object_number(number) : json_null();
}

/* A number as it was compared: a ratio, or a difference. */
static json_t *
compared_of(const struct answer_measure *measure, double number)
{
	return number_of(measure->is_ratio ? exp(number) : number);
}

static void
set_verdict(struct object *o, const struct answer_measure *measure, const struct answer_row *row)
{
	object_string(o, "verdict",
		      row->verdict != ANSWER_NONE ? answer_verdict_name(measure, row->verdict)
						  : NULL);
}

static void
set_comparison(struct object *o, const struct answer *a, const struct answer_measure *measure,
	       const struct answer_row *row)
{
	const struct answer_cell *cell = &a->cells[row->cell];
	size_t base = cell->is_twin ? row->cell - 1 : cell->baseline;
	const struct paired *p = &row->paired;

	object_string(o, "baseline", a->study->cells.at[base].name);
	if (measure->is_exact) {
		object_set(o, "layouts", json_integer((json_int_t)row->layouts));
		object_set(o, "least", number_of(row->least));
		object_set(o, "most", number_of(row->most));
		if (cell->is_twin)
			object_set(o, "check", json_true());
		else
			set_verdict(o, measure, row);
		return;
	}
	object_set(o, "blocks", json_integer((json_int_t)p->blocks));
	object_set(o, measure->is_ratio ? "ratio" : "difference", compared_of(measure, p->mean));
	object_set(o, "low", compared_of(measure, p->low));
	object_set(o, "high", compared_of(measure, p->high));
	if (cell->is_twin) {
		object_set(o, "check", json_true());
		return;
	}
	object_set(o, "p", number_of(p->p));
	object_set(o, "p_holm", number_of(row->holm));
	set_verdict(o, measure, row);
	if (row->blocks_to_tell > 0)
		object_set(o, "blocks_to_tell", json_integer((json_int_t)row->blocks_to_tell));
}

static json_t *
row_json(struct object *parent, const struct answer *a, const struct answer_measure *measure,
	 const struct answer_row *row)
{
	struct object o = {json_object(), false};

	object_string(&o, "cell", a->study->cells.at[row->cell].name);
	object_string(&o, "label", a->cells[row->cell].label);
	object_set(&o, "boots", json_integer((json_int_t)row->boots));
	object_set(&o, "median", number_of(row->center));
	object_set(&o, "variation", number_of(row->variation));
	if (measure->is_exact) {
		object_set(&o, "identical", json_boolean(row->is_identical));
		object_set(&o, "spread", number_of(row->spread));
	}
	if (row->is_compared || a->cells[row->cell].is_twin)
		set_comparison(&o, a, measure, row);
	parent->failed |= o.failed;
	return o.json;
}

static json_t *
measure_json(struct object *parent, const struct answer *a, const struct answer_measure *measure)
{
	static const char *const directions[] = {
	    [DIRECTION_NONE] = NULL, [DIRECTION_LOWER] = "lower", [DIRECTION_HIGHER] = "higher"};
	struct object o = {json_object(), false};
	char statistic[BOOT_STATISTIC_NAME];
	json_t *rows = json_array();

	boot_statistic_name(measure->statistic, statistic);
	object_set(&o, "command", json_integer((json_int_t)measure->command));
	object_string(&o, "name", measure->name);
	object_string(&o, "unit", measure->unit);
	object_string(&o, "better", directions[measure->direction]);
	object_string(&o, "statistic", statistic);
	for (size_t c = 0; c < a->study->cells.count; c++)
		if (measure->rows[c].boots > 0 && !a->cells[c].is_hidden &&
		    json_array_append_new(rows, row_json(&o, a, measure, &measure->rows[c])) != 0)
			o.failed = true;
	if (!measure->is_exact)
		object_set(&o, "within_boots", number_of(variance_within(a, measure)));
	object_set(&o, "cells", rows);
	parent->failed |= o.failed;
	return o.json;
}

int
answer_print_json(const struct answer *a, const struct answer_options *options)
{
	struct object o = {json_object(), false};
	json_t *warnings = json_array(), *measures = json_array();

	for (size_t i = 0; i < a->warning_count; i++)
		if (json_array_append_new(
			warnings, object_encode(a->warnings[i], strlen(a->warnings[i]))) != 0)
			o.failed = true;
	for (size_t i = 0; i < a->count; i++)
		if (answer_is_shown(&a->measures[i], options) &&
		    json_array_append_new(measures, measure_json(&o, a, &a->measures[i])) != 0)
			o.failed = true;
	object_set(&o, "format", json_integer(ANSWER_FORMAT));
	object_set(&o, "study", object_encode(a->study->path, strlen(a->study->path)));
	object_set(&o, "seed", json_integer((json_int_t)a->study->seed));
	object_string(&o, "kind", a->kind);
	object_set(&o, "boots", json_integer((json_int_t)a->boots));
	object_set(&o, "used", json_integer((json_int_t)a->used));
	object_set(&o, "blocks", json_integer((json_int_t)a->block_count));
	if (!a->study->plan.exact) {
		object_set(&o, "tests", json_integer((json_int_t)a->tests));
		object_set(
		    &o, "least_blocks",
		    json_integer((json_int_t)paired_least_blocks(a->tests > 0 ? a->tests : 1)));
	}
	object_set(&o, "margin", object_number(a->margin));
	object_set(&o, "interim", json_boolean(a->is_interim));
	object_set(&o, "twins_differ", json_boolean(a->twins_differ));
	object_set(&o, "warnings", warnings);
	object_set(&o, "measures", measures);
	return object_print(&o);
}
