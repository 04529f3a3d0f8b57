/* SPDX-License-Identifier: MIT */
#include "base/deadline.h"

#include "base/clock.h"

uint64_t
deadline_in(uint64_t ms)
{
	return clock_now_ns() / 1000000 + ms;
}

int
deadline_left(uint64_t deadline)
{
	uint64_t now = deadline_in(0);

	return deadline > now ? (int)(deadline - now) : 0;
}
