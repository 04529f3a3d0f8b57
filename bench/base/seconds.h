/* SPDX-License-Identifier: MIT */
#ifndef BENCH_SECONDS_H
#define BENCH_SECONDS_H

/* Seconds of the monotonic clock. */
double seconds_now(void);

#endif
