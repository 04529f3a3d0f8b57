/* SPDX-License-Identifier: MIT */
/* Mean and deviation of numbers that are added one by one (Welford 1962). Pure. */
#ifndef BENCH_MOMENTS_H
#define BENCH_MOMENTS_H

#include <stddef.h>

struct moments {
	size_t count;
	double mean, squares; /* squares: sum of squared differences from the mean */
};

void moments_add(struct moments *m, double number);

/* The standard deviation; NAN with fewer than two numbers. */
double moments_deviation(const struct moments *m);

/*
 * Half the width of the mean's interval of level 1 - alpha (Student's t); infinite with fewer than
 * two numbers.
 */
double moments_half_width(const struct moments *m, double alpha);

#endif
