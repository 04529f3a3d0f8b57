/* SPDX-License-Identifier: MIT */
/*
 * The numbers of one boot as a study keeps them: of each name one, the median over all measured runs. They are kept
 * whole or not at all. Pure.
 */
#ifndef BENCH_STUDY_VALUES_H
#define BENCH_STUDY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/result.h"

enum { STUDY_VALUES_MAX = 64, STUDY_NAME_MAX = 128, STUDY_VALUES_PROBLEM_MAX = 512 };

struct study_value {
	char name[STUDY_NAME_MAX + 1]; /* UTF-8, without NUL */
	const char *unit;	       /* bytes of the result; NULL: of a figure, whose name says it */
	size_t unit_length;
	double median;
	double *all; /* owned */
	size_t count, size;
};

struct study_values {
	struct study_value at[STUDY_VALUES_MAX];
	size_t count;
	uint64_t commands;    /* highest number of a command that was run; with more than one there are no values */
	uint64_t not_samples; /* lines of the experiment's that are not NAME VALUE UNIT */
	char problem[STUDY_VALUES_PROBLEM_MAX]; /* why the values cannot be kept, one line; "": they can */
};

/*
 * Reads all figures of the runs (result_figure_names), and the samples by their names, in the order in which they first
 * come. Values of several commands would be pooled, so there are none. More than STUDY_VALUES_MAX names, a name that is
 * a figure's, is longer than STUDY_NAME_MAX or is not UTF-8, or a name with two units is a `problem`, and then there
 * are none either. Returns 0, or -1 with errno ENOMEM; study_values_free() is due either way.
 */
int study_values_read(struct study_values *values, const struct result *result);

void study_values_free(struct study_values *values);

#endif
