/* SPDX-License-Identifier: MIT */
/* The numbers of one boot: of each name one, the median over all measured runs. Pure. */
#ifndef BENCH_STUDY_VALUES_H
#define BENCH_STUDY_VALUES_H

#include <stddef.h>

#include "result.h"

enum { STUDY_VALUES_MAX = 64, STUDY_NAME_MAX = 128 };

struct study_value {
	char name[STUDY_NAME_MAX + 1]; /* bytes of the guest's, without NUL */
	double median;
	double *all; /* owned */
	size_t count, size;
};

struct study_values {
	struct study_value at[STUDY_VALUES_MAX];
	size_t count;
};

/*
 * All figures of the runs (result_figure_names), and the samples by their names, in the order in which they first come.
 * A sample that is called as a figure, names beyond STUDY_VALUES_MAX, and such as are longer than STUDY_NAME_MAX are
 * left out; the name `first`, if it is not NULL, has its place before all. Returns 0, or -1 with errno ENOMEM;
 * study_values_free() is due either way.
 */
int study_values_read(struct study_values *values, const struct result *result, const char *first);

void study_values_free(struct study_values *values);

#endif
