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
#include "answer/boots.h"

/* Compares all rows. */
void exact_compare(struct answer *a);

/* The value of a row in a layout; NAN: none. *is_identical: all its boots have this value. */
double exact_value(const struct answer *answer, const struct answer_row *row, uint64_t layout,
		   bool *is_identical);

/*
 * The verdict on differences of two cells that repeat: from `least` to `most` over enough layouts,
 * each of which changes by `noise` what a cell gives.
 */
enum answer_verdict exact_verdict(double least, double most, double noise, double margin);

/*
 * All boots of a cell in a layout must send the same records. Warns of each cell that does not
 * repeat, with the first record that differs.
 */
void repeats_check(struct answer *a, const struct boots *boots);

#endif
