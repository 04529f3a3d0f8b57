/* SPDX-License-Identifier: MIT */
#include "answer/exact.h"

#include <math.h>

#include "boot/layout.h"

double
exact_value(const struct answer *a, const struct answer_row *row, uint64_t layout,
	    bool *is_identical)
{
	double value = NAN;

	*is_identical = true;
	for (size_t b = 0; b < a->block_count; b++) {
		if (a->cells[row->cell].layouts[b] != layout || isnan(row->values[b]))
			continue;
		if (isnan(value))
			value = row->values[b];
		*is_identical &= row->values[b] == value;
	}
	return value;
}

static void
describe(const struct answer *a, struct answer_row *row)
{
	double least = INFINITY, most = -INFINITY;

	row->is_identical = !a->cells[row->cell].does_not_repeat;
	for (uint64_t layout = 0; layout < a->study->plan.layouts; layout++) {
		bool is_identical;
		double value = exact_value(a, row, layout, &is_identical);
		row->is_identical &= is_identical;
		least = fmin(least, value);
		most = fmax(most, value);
	}
	row->spread = most >= least ? most - least : NAN;
}

static void
compare(const struct answer *a, const struct answer_measure *measure, struct answer_row *row)
{
	const struct answer_cell *cell = &a->cells[row->cell];
	const struct answer_row *base =
	    &measure->rows[cell->is_twin ? row->cell - 1 : cell->baseline];

	row->least = INFINITY;
	row->most = -INFINITY;
	for (uint64_t layout = 0; layout < a->study->plan.layouts; layout++) {
		bool ignored;
		double difference =
		    exact_value(a, row, layout, &ignored) - exact_value(a, base, layout, &ignored);
		if (isnan(difference))
			continue;
		row->layouts++;
		row->least = fmin(row->least, difference);
		row->most = fmax(row->most, difference);
	}
}

enum answer_verdict
exact_verdict(double least, double most, double noise, double margin)
{
	if (least > noise)
		return ANSWER_MORE;
	if (most < -noise)
		return ANSWER_LESS;
	return least >= -margin && most <= margin ? ANSWER_SAME : ANSWER_CANNOT_TELL;
}

static void
judge(const struct answer *a, const struct answer_measure *measure, struct answer_row *row)
{
	const struct answer_row *base = &measure->rows[a->cells[row->cell].baseline];
	double noise = fmax(base->spread, row->spread), margin = a->margin * fabs(base->center);

	if (a->is_interim || a->twins_differ || !row->is_identical || !base->is_identical ||
	    row->layouts < LAYOUTS_TO_TELL)
		return;
	row->verdict = exact_verdict(row->least, row->most, noise, margin);
}

void
exact_compare(struct answer *a)
{
	size_t cells = a->study->cells.count;

	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < cells; c++)
			describe(a, &a->measures[i].rows[c]);
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < cells; c++) {
			struct answer_row *row = &a->measures[i].rows[c];
			if (!a->cells[c].is_twin && !answer_is_test(a, c))
				continue;
			compare(a, &a->measures[i], row);
			row->is_compared = answer_is_test(a, c) && row->layouts > 0;
			a->tests += row->is_compared;
			a->twins_differ |= a->cells[c].is_twin && row->layouts > 0 &&
					   (row->least != 0 || row->most != 0);
		}
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < cells; c++)
			if (a->measures[i].rows[c].is_compared)
				judge(a, &a->measures[i], &a->measures[i].rows[c]);
}
