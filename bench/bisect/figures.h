/* SPDX-License-Identifier: MIT */
/* The values of a point: for each measure, one for each layout. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bisect/judge.h"

struct answer;

struct figure {
	uint64_t command;  /* from 1 */
	char *name, *unit; /* owned */
	bool is_figure;	   /* of a run, not a sample of the experiment */
	double *values;	   /* owned; all finite */
	size_t count;
};

struct figures {
	struct figure *at; /* owned */
	size_t count;
};

/*
 * Copies the values of the only cell of a study. A measure that lacks a value in a layout, or does
 * not repeat in one, is left out.
 */
void figures_copy(struct figures *figures, const struct answer *answer);
void figures_free(struct figures *figures);

/* As JSON; NULL if out of memory. Reading returns 0, or -1 if it is invalid. */
json_t *figures_write(const struct figures *figures);
int figures_read(struct figures *figures, const json_t *json);

/* The figure of the same command, name and unit, with as many values; NULL: none. */
const struct figure *figures_find(const struct figures *figures, const struct figure *like);

/*
 * The figure that differs between the ends. With `name` only that one is considered, else all that
 * the command reports, or its wall_ns if it reports none. Returns how many differ; *good and *bad
 * are the first of these, or the first that was considered, or NULL.
 */
size_t figures_choose(const struct figures *good_end, const struct figures *bad_end,
		      const char *name, double at_least, const struct figure **good,
		      const struct figure **bad);

#endif
