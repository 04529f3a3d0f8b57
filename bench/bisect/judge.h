/* SPDX-License-Identifier: MIT */
/*
 * Judges a point of a bisection by its values, one for each layout of the memory, which are
 * compared layout by layout with those of the good and the bad end. Pure.
 */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

struct judge_ends {
	const double *good, *bad;
	size_t count; /* of layouts, at least 1 */
};

/* What separates the ends. */
struct judge_difference {
	double low, high; /* the least and the greatest bad - good of a layout */
	double spread;	  /* over the layouts, of the end that has the larger one */
	bool is_enough;	  /* all differences have one sign, and the smallest is large enough */
};

/*
 * The smallest difference must exceed the spread of both ends, or be at least `at_least` if that is
 * not 0.
 */
struct judge_difference judge_ends_differ(const struct judge_ends *ends, double at_least);

enum judgement {
	JUDGED_GOOD, /* nearer to the good end in all layouts */
	JUDGED_BAD,
	JUDGED_BETWEEN, /* neither */
};

/* `values`: as many as there are layouts. */
enum judgement judge_point(const struct judge_ends *ends, const double *values);

#endif
