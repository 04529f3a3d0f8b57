/* SPDX-License-Identifier: MIT */
/*
 * The values of a plan's `scan`: words separated by commas. Each is a value of the characters of a
 * label, or a range of whole numbers, both ends included as far as its steps reach them:
 *
 *  A..B        each number
 *  A..B+STEP   A, A + STEP, A + 2 STEP ...
 *  A..B*FACTOR A, A * FACTOR, A * FACTOR * FACTOR ...
 *
 * Pure.
 */
#ifndef BENCH_SCAN_H
#define BENCH_SCAN_H

/* Accepts a value. Returns NULL, or the error. */
typedef const char *scan_take(void *context, const char *value);

/*
 * Passes each value to `take`, up to its first error; modifies `values`. Returns NULL, or the
 * error, to be printed after the key.
 */
const char *scan_values(char *values, scan_take *take, void *context);

#endif
