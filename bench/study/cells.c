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

static void
format_name(const struct study_plan *plan, const size_t items[PLAN_DIMENSIONS],
	    char name[NAME_MAX_BYTES])
{
	const char *labels[PLAN_DIMENSIONS];

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		labels[i] = plan->lists[i].at[items[i]].label;
	snprintf(name, NAME_MAX_BYTES, "%s/%s/%s/%s", labels[PLAN_KERNELS], labels[PLAN_IMAGES],
		 labels[PLAN_ARGS], labels[PLAN_EXPERIMENTS]);
}

static int
add_cell(struct cells *cells, const size_t items[PLAN_DIMENSIONS], const char *name)
{
	struct cell *cell = &cells->at[cells->count];

	memcpy(cell->items, items, sizeof(cell->items));
	cell->name = strdup(name);
	if (cell->name == NULL)
		return -1;
	cells->count++;
	return 0;
}

/* For each pattern of the plan, whether it matched a name. Owned. */
struct matched {
	bool *of[PLAN_PATTERNS];
};

/* Whether a pattern matches; notes all that do. */
static bool
match_patterns(const struct study_plan *plan, enum plan_pattern kind, const char *name,
	       struct matched *matched)
{
	const struct plan_list *patterns = &plan->patterns[kind];
	bool found = false;

	for (size_t i = 0; i < patterns->count; i++) {
		if (fnmatch(patterns->at[i].text, name, 0) != 0)
			continue;
		matched->of[kind][i] = found = true;
	}
	return found;
}

static int
make_cells(struct cells *cells, const struct study_plan *plan, struct matched *matched)
{
	size_t items[PLAN_DIMENSIONS] = {0};

	do {
		char name[NAME_MAX_BYTES];
		format_name(plan, items, name);
		bool is_skipped = match_patterns(plan, PLAN_SKIP, name, matched);
		bool is_chosen = match_patterns(plan, PLAN_ONLY, name, matched);
		if (is_skipped || (!is_chosen && plan->patterns[PLAN_ONLY].count > 0))
			continue;
		if (add_cell(cells, items, name) != 0)
			return -1;
		if (!match_patterns(plan, PLAN_TWICE, name, matched))
			continue;
		strcat(name, again);
		if (add_cell(cells, items, name) != 0)
			return -1;
		cells->at[cells->count - 1].is_again = true;
	} while (next_combination(plan, items));
	return 0;
}

/* Checks that each pattern matched. Returns 0, or -1 with the first that did not in `problem`. */
static int
check_patterns(const struct cells *cells, const struct study_plan *plan,
	       const struct matched *matched, struct text *problem)
{
	static const char *const keys[PLAN_PATTERNS] = {"skip", "only", "twice"};
	const size_t first[PLAN_DIMENSIONS] = {0};
	char name[NAME_MAX_BYTES];

	for (int kind = 0; kind < PLAN_PATTERNS; kind++) {
		for (size_t i = 0; i < plan->patterns[kind].count; i++) {
			const char *pattern = plan->patterns[kind].at[i].text;
			/* Without a cell, `twice` is not the mistake. */
			if (matched->of[kind][i] || (kind == PLAN_TWICE && cells->count == 0))
				continue;
			format_name(plan, first, name);
			text_string(problem, keys[kind]);
			text_char(problem, ' ');
			escape_bytes(problem, pattern, strnlen(pattern, PATTERN_SHOWN));
			text_string(problem, ": no cell matches; one name is ");
			text_string(problem, cells->count > 0 ? cells->at[0].name : name);
			return -1;
		}
	}
	if (cells->count > 0)
		return 0;
	text_string(problem, "no cell is left: `only` and `skip` leave out all");
	return -1;
}

/* Checks that each cell's baseline is there. Returns 0, or -1 with the problem. */
static int
check_baselines(const struct cells *cells, const struct study_plan *plan, struct text *problem)
{
	for (size_t i = 0; i < cells->count; i++) {
		const size_t experiment = cells->at[i].items[PLAN_EXPERIMENTS];
		char name[NAME_MAX_BYTES];
		format_name(plan, (size_t[PLAN_DIMENSIONS]){[PLAN_EXPERIMENTS] = experiment}, name);
		if (cells_find(cells, name) != cells->count)
			continue;
		text_string(problem, "`only` or `skip` leaves out ");
		text_string(problem, name);
		text_string(problem, ", the baseline of ");
		text_string(problem, cells->at[i].name);
		return -1;
	}
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
	size_t most = plan->patterns[PLAN_TWICE].count > 0 ? 2 : 1;
	struct matched matched;
	bool has_memory;
	int result = -1;

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		most *= plan->lists[i].count;
	*cells = (struct cells){calloc(most, sizeof(*cells->at)), 0,
				calloc(most, sizeof(*cells->sorted))};
	has_memory = cells->at != NULL && cells->sorted != NULL;
	for (int i = 0; i < PLAN_PATTERNS; i++) {
		matched.of[i] = calloc(plan->patterns[i].count + 1, sizeof(*matched.of[i]));
		has_memory &= matched.of[i] != NULL;
	}
	if (!has_memory || make_cells(cells, plan, &matched) != 0) {
		text_string(problem, "cannot list the cells: out of memory");
		goto out;
	}
	if (check_patterns(cells, plan, &matched, problem) != 0)
		goto out;
	for (size_t i = 0; i < cells->count; i++)
		cells->sorted[i] = i;
	qsort_r(cells->sorted, cells->count, sizeof(*cells->sorted), compare_names, cells);
	result = check_baselines(cells, plan, problem);
out:
	for (int i = 0; i < PLAN_PATTERNS; i++)
		free(matched.of[i]);
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
cells_baseline(const struct cells *cells, const struct study_plan *plan, size_t cell)
{
	bool has_groups = plan->lists[PLAN_KERNELS].count > 1 ||
			  plan->lists[PLAN_IMAGES].count > 1 || plan->lists[PLAN_ARGS].count > 1;
	size_t baseline = 0;

	while (has_groups && cells->at[baseline].items[PLAN_EXPERIMENTS] !=
				 cells->at[cell].items[PLAN_EXPERIMENTS])
		baseline++;
	return baseline;
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
