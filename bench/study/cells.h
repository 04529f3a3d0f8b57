/* SPDX-License-Identifier: MIT */
/*
 * The cells of a study: every combination of a plan's kernels, images, arguments and experiments,
 * except those that `only` and `skip` leave out. Pure.
 */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include "study/study_plan.h"

struct cell {
	char *name; /* owned: KERNEL/IMAGE/ARGS/EXPERIMENT, made of labels; a cell's second copy
		       ends with @again */
	size_t items[PLAN_DIMENSIONS];
	bool is_again; /* the second copy of the cell before */
};

struct cells {
	struct cell *at; /* in plan order */
	size_t count;
	size_t *sorted; /* indexes, sorted by name */
};

/*
 * Makes all cells of the plan. Returns 0, or -1 with one line in `problem` if a pattern matches
 * nothing, if no cell is left, if an experiment's cell with the first kernel, image and arguments
 * is left out but not all its others, as that is their baseline, or out of memory. The caller calls
 * cells_free() in either case.
 */
int cells_make(struct cells *cells, const struct study_plan *plan, struct text *problem);
void cells_free(struct cells *cells);

/*
 * The cell with which a cell is compared: the first cell; if kernels, images or arguments vary, the
 * first cell with the same experiment. It may be the cell itself.
 */
size_t cells_baseline(const struct cells *cells, const struct study_plan *plan, size_t cell);

/* The index of the cell with this name, or cells->count. */
size_t cells_find(const struct cells *cells, const char *name);

#endif
