/* SPDX-License-Identifier: MIT */
/*
 * Prints the time stamp counter when init begins, and powers the machine off; with end=restart on
 * the kernel's command line, if the kernel cannot power off, it restarts the machine. In exact mode
 * the counter is nanoseconds since reset.
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
