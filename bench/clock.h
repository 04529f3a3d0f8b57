/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

/* Seconds of a clock that does not jump (CLOCK_MONOTONIC). */
double clock_now(void);

#endif
