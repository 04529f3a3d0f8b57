/* SPDX-License-Identifier: MIT */
/*
 * Says what the time stamp counter shows when init begins, and ends the machine: by power-off, or,
 * where the kernel was given end=restart because it cannot, by a restart. In exact mode the counter
 * is nanoseconds from reset.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <x86intrin.h>

int
main(void)
{
	unsigned long long now = __rdtsc();

	printf("clock %llu\n", now);
	fflush(stdout);
	return reboot(getenv("end") != NULL ? RB_AUTOBOOT : RB_POWER_OFF);
}
