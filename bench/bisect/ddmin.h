/* SPDX-License-Identifier: MIT */
/*
 * Delta debugging: the least set that makes a difference (ddmin of Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software Engineering
 * 28(2), 2002). Pure.
 */
#ifndef BENCH_DDMIN_H
#define BENCH_DDMIN_H

#include <stdbool.h>
#include <stddef.h>

enum ddmin_outcome {
	DDMIN_DIFFERS, /* the set makes the difference */
	DDMIN_SAME,    /* it does not */
	DDMIN_UNKNOWN, /* it cannot be tested */
	DDMIN_STOP,    /* the search ends here */
};

/* Tests a set: those of the elements whose `chosen` is true. A set may be tested again. */
typedef enum ddmin_outcome ddmin_test(void *context, const bool *chosen);

/*
 * Reduces `chosen`, a set of `count` elements that makes the difference, to one of which no single
 * element can be removed: without it there is no difference, or the test does not know. Returns 0,
 * or -1 if a test stopped the search.
 */
int ddmin(bool *chosen, size_t count, ddmin_test *test, void *context);

#endif
