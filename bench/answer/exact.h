/* SPDX-License-Identifier: MIT */
/*
 * The comparison of cells in exact mode, in each layout (boot/layout.h): the differences from
 * minimum to maximum, and a verdict. A cell has more or fewer instructions if its difference has
 * the same sign in all layouts, at least LAYOUTS_TO_TELL, and the smallest one is larger than what
 * layouts change in the cell or in its baseline.
 */
#ifndef BENCH_EXACT_H
#define BENCH_EXACT_H

#include "answer/answer.h"

/* Compares all rows. */
void exact_compare(struct answer *a);

#endif
