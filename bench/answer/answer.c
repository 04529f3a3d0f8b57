/* SPDX-License-Identifier: MIT */
#include "answer/answer.h"

#include <err.h>
#include <string.h>

bool
answer_is_test(const struct answer *a, size_t cell)
{
	const struct answer_cell *c = &a->cells[cell];

	return !c->is_twin && !c->is_hidden && c->baseline != cell;
}

bool
answer_is_shown(const struct answer_measure *measure, const struct answer_options *options)
{
	const struct plan_measure wanted = {.name = (char *)options->measure};

	return options->measure == NULL ||
	       study_plan_is_measure(&wanted, measure->command, measure->name);
}

bool
answer_has_measure(const struct answer *a, const char *name)
{
	const struct answer_options wanted = {.measure = name};

	for (size_t i = 0; i < a->count; i++)
		if (answer_is_shown(&a->measures[i], &wanted))
			return true;
	return false;
}

size_t
answer_find_cell(const struct answer *a, const char *name)
{
	const struct cells *cells = &a->study->cells;

	for (size_t i = 0; i < cells->count; i++)
		if (!cells->at[i].is_again &&
		    (strcmp(cells->at[i].name, name) == 0 || strcmp(a->cells[i].label, name) == 0))
			return i;
	warnx("%s: unknown cell %s (one of the cells: %s)", a->study->path, name,
	      a->cells[0].label);
	return cells->count;
}

const char *
answer_verdict_name(const struct answer_measure *measure, enum answer_verdict verdict)
{
	bool is_speed = measure->direction == DIRECTION_LOWER ? measure_seconds(measure->unit) > 0
							      : measure_is_rate(measure->unit);
	bool is_better = (verdict == ANSWER_LESS) == (measure->direction == DIRECTION_LOWER);

	switch (verdict) {
	case ANSWER_LESS:
	case ANSWER_MORE:
		if (measure->is_exact)
			return verdict == ANSWER_LESS ? "fewer" : "more";
		if (measure->direction == DIRECTION_NONE)
			return verdict == ANSWER_LESS ? "less" : "more";
		if (is_speed)
			return is_better ? "faster" : "slower";
		return is_better ? "better" : "worse";
	case ANSWER_SAME:
		return "same";
	case ANSWER_CANNOT_TELL:
		return "cannot tell";
	default:
		return "";
	}
}
