/* SPDX-License-Identifier: MIT */
#ifndef BENCH_SECONDS_H
#define BENCH_SECONDS_H

/* Seconds of a clock that does not jump, since some moment before bench's start. */
double seconds_now(void);

#endif
