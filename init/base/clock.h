/* SPDX-License-Identifier: MIT */
#ifndef LULL_CLOCK_H
#define LULL_CLOCK_H

#include <stdint.h>

#define SECOND_NS UINT64_C(1000000000)

/* CLOCK_MONOTONIC_RAW, in nanoseconds. */
uint64_t clock_now_ns(void);

/* CLOCK_BOOTTIME: nanoseconds since the start of the kernel's clocks. */
uint64_t clock_uptime_ns(void);

/* The time `ms` from now, in milliseconds of clock_now_ns(). */
uint64_t deadline_in(uint64_t ms);

/* Milliseconds until a deadline, at most days, for poll(2); 0 if it has passed. */
int deadline_left(uint64_t deadline);

#endif
