/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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

_Static_assert(sizeof(long) == sizeof(time_t),
	       "the kernel's timespec is not the C library's on this machine");

/*
 * A direct system call: init asks a few times per run, and the C library's lookup of the vDSO
 * function costs more than all these calls, and a kilobyte.
 */
static uint64_t
clock_read(clockid_t clock)
{
	struct timespec now;

	syscall(SYS_clock_gettime, clock, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

uint64_t
clock_now_ns(void)
{
	return clock_read(CLOCK_MONOTONIC_RAW);
}

uint64_t
clock_uptime_ns(void)
{
	return clock_read(CLOCK_BOOTTIME);
}
