/* SPDX-License-Identifier: MIT */
#ifndef LULL_CLOCK_H
#define LULL_CLOCK_H

#include <stdint.h>

#define SECOND_NS UINT64_C(1000000000)

/* CLOCK_MONOTONIC_RAW, in nanoseconds. */
uint64_t clock_now_ns(void);

#endif
