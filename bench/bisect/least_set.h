/* SPDX-License-Identifier: MIT */
/* The search for the least set of changes that makes the difference between both ends. */
#ifndef BENCH_LEAST_SET_H
#define BENCH_LEAST_SET_H

#include "bisect/bisection.h"

struct least_set {
	struct bisection *b;
	size_t count; /* of changes */
	/* Makes the point of a set of changes; release() frees what it holds. */
	void (*make)(struct least_set *set, const bool *chosen, struct bisect_point *point);
	void (*release)(struct least_set *set, struct bisect_point *point);
	void *context;
};

/*
 * Measures the ends, which are no change and all changes, searches, and prints the table. Returns
 * 0 with the least set in `chosen`, of `count` elements, or bench's exit status after a message.
 */
int least_set_find(struct least_set *set, bool *chosen);

#endif
