/* SPDX-License-Identifier: MIT */
#ifndef LULL_DEADLINE_H
#define LULL_DEADLINE_H

#include <stdint.h>

/* A point of time, in milliseconds of clock_now_ns(). */
uint64_t deadline_in(uint64_t ms);

/* Milliseconds until then, which must be days at most, for poll(2); 0 if it has passed. */
int deadline_left(uint64_t deadline);

#endif
