/* SPDX-License-Identifier: MIT */
/* What a measure means, from its unit: whether lower is better, and whether it is a time. Pure. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>

enum direction { DIRECTION_NONE, DIRECTION_LOWER, DIRECTION_HIGHER };

/*
 * Of times, instructions, bytes and faults lower is better; of anything per second, as in MiB/s or
 * ops/s, higher; others have no direction.
 */
enum direction measure_direction(const char *unit);

/* Seconds of one unit of time, or 0 if it is not a unit of time. */
double measure_seconds(const char *unit);

/* Returns whether the unit is of anything per second. */
bool measure_is_rate(const char *unit);

#endif
