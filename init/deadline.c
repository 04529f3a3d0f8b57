/* SPDX-License-Identifier: MIT */
#include "deadline.h"

#include <time.h>

uint64_t
deadline_in(uint64_t ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + ms;
}

int
deadline_left(uint64_t deadline)
{
	uint64_t now = deadline_in(0);

	return deadline > now ? (int)(deadline - now) : 0;
}
