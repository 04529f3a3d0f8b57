/* SPDX-License-Identifier: MIT */
#include "study/cells.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

static const char again[] = "@again";

enum {
	NAME_MAX_BYTES = PLAN_DIMENSIONS * (PLAN_LABEL_MAX + 1) + sizeof(again),
	PATTERN_SHOWN = 128
};

/* Advances to the next combination. Returns false after the last. */
static bool
next_combination(const struct study_plan *plan, size_t items[PLAN_DIMENSIONS])
{
	for (int i = PLAN_DIMENSIONS - 1; i >= 0; i--) {
		if (++items[i] < plan->lists[i].count)
			return true;
		items[i] = 0;
	}
	return false;
}

static int
add_cell(struct cells *cells, const struct study_plan *plan, const size_t items[PLAN_DIMENSIONS],
	 const char *suffix)
{
	char name[NAME_MAX_BYTES];
	struct cell *cell = &cells->at[cells->count];
	const char *labels[PLAN_DIMENSIONS];

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		labels[i] = plan->lists[i].at[items[i]].label;
	snprintf(name, sizeof(name), "%s/%s/%s/%s%s", labels[PLAN_KERNELS], labels[PLAN_IMAGES],
		 labels[PLAN_ARGS], labels[PLAN_EXPERIMENTS], suffix);
	memcpy(cell->items, items, sizeof(cell->items));
	cell->is_again = suffix[0] != '\0';
	cell->name = strdup(name);
	if (cell->name == NULL)
		return -1;
	cells->count++;
	return 0;
}

static bool
is_twice(const struct study_plan *plan, const char *name, bool matched[])
{
	bool found = false;

	for (size_t i = 0; i < plan->twice.count; i++) {
		if (fnmatch(plan->twice.at[i].text, name, 0) != 0)
			continue;
		matched[i] = found = true;
	}
	return found;
}

static int
make_cells(struct cells *cells, const struct study_plan *plan, bool matched[])
{
	size_t items[PLAN_DIMENSIONS] = {0};

	do {
		if (add_cell(cells, plan, items, "") != 0)
			return -1;
		if (is_twice(plan, cells->at[cells->count - 1].name, matched) &&
		    add_cell(cells, plan, items, again) != 0)
			return -1;
	} while (next_combination(plan, items));
	return 0;
}

static int
compare_names(const void *a, const void *b, void *context)
{
	const struct cells *cells = context;

	return strcmp(cells->at[*(const size_t *)a].name, cells->at[*(const size_t *)b].name);
}

int
cells_make(struct cells *cells, const struct study_plan *plan, struct text *problem)
{
	size_t most = plan->twice.count > 0 ? 2 : 1;
	int result = -1;

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		most *= plan->lists[i].count;
	*cells = (struct cells){calloc(most, sizeof(*cells->at)), 0,
				calloc(most, sizeof(*cells->sorted))};
	bool *matched = calloc(plan->twice.count + 1, sizeof(*matched));
	if (cells->at == NULL || cells->sorted == NULL || matched == NULL ||
	    make_cells(cells, plan, matched) != 0) {
		text_string(problem, "cannot list the cells: out of memory");
		goto out;
	}
	for (size_t i = 0; i < plan->twice.count; i++) {
		if (matched[i])
			continue;
		text_string(problem, "twice ");
		escape_bytes(problem, plan->twice.at[i].text,
			     strnlen(plan->twice.at[i].text, PATTERN_SHOWN));
		text_string(problem, ": no cell matches; one name is ");
		text_string(problem, cells->at[0].name);
		goto out;
	}
	for (size_t i = 0; i < cells->count; i++)
		cells->sorted[i] = i;
	qsort_r(cells->sorted, cells->count, sizeof(*cells->sorted), compare_names, cells);
	result = 0;
out:
	free(matched);
	return result;
}

void
cells_free(struct cells *cells)
{
	for (size_t i = 0; i < cells->count; i++)
		free(cells->at[i].name);
	free(cells->at);
	free(cells->sorted);
	*cells = (struct cells){NULL, 0, NULL};
}

size_t
cells_find(const struct cells *cells, const char *name)
{
	size_t low = 0, high = cells->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, cells->at[cells->sorted[middle]].name);
		if (order == 0)
			return cells->sorted[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return cells->count;
}
