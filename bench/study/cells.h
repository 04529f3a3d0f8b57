/* SPDX-License-Identifier: MIT */
/*
 * The cells of a study: every combination of a plan's kernels, images, arguments and experiments.
 * Pure.
 */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include "study/study_plan.h"

struct cell {
	char *name; /* owned: KERNEL/IMAGE/ARGS/EXPERIMENT, of the labels; its second one ends with
		       @again */
	size_t items[PLAN_DIMENSIONS];
};

struct cells {
	struct cell *at; /* in the order of the plan */
	size_t count;
	size_t *sorted; /* by their names */
};

/*
 * Returns 0, or -1 with one line in `problem` where a pattern of `twice` matches no cell, or there
 * is no memory. To be freed by cells_free() either way.
 */
int cells_make(struct cells *cells, const struct study_plan *plan, struct text *problem);
void cells_free(struct cells *cells);

/* The cell of this name, or cells->count. */
size_t cells_find(const struct cells *cells, const char *name);

#endif
