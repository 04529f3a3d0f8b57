/* SPDX-License-Identifier: MIT */
/*
 * Checks whether exact mode repeats: all boots of a cell in a layout must send the same records.
 */
#ifndef BENCH_REPEATS_H
#define BENCH_REPEATS_H

#include "answer/answer.h"
#include "answer/boots.h"

/* Warns of each cell that does not repeat, with the first record that differs. */
void repeats_check(struct answer *a, const struct boots *boots);

#endif
