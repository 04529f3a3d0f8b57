/* SPDX-License-Identifier: MIT */
/*
 * The search for the first bad point of an ordered list, some of whose points cannot be measured.
 * Pure.
 */
#ifndef BENCH_SEARCH_H
#define BENCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the index of the candidate to measure next, of `count` that are sorted from best to
 * worst. It is 0, or a higher one the more points in a row could not be measured, as neighbours of
 * such a point often cannot be measured either.
 */
size_t search_choose(size_t count, size_t skips);

enum search_verdict { SEARCH_GOOD, SEARCH_BAD, SEARCH_SKIP };

struct search {
	size_t good, bad; /* the last point known to be good, the first known to be bad */
	bool *skipped;	  /* owned: for each point */
	size_t skips;	  /* in a row */
};

/* Starts with a list of `count` points, at least 2, whose first is good and whose last is bad. */
void search_start(struct search *s, size_t count);
void search_free(struct search *s);

/* The number of points between that can still be measured. */
size_t search_left(const struct search *s);

/*
 * The point to measure next. Returns false if there are none left: the first bad point is one of
 * those after `good`, up to `bad`.
 */
bool search_next(const struct search *s, size_t *point);

void search_take(struct search *s, size_t point, enum search_verdict verdict);

#endif
