/* SPDX-License-Identifier: MIT */
/* Reports how long N rounds of a loop of two instructions take: loop N. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

int
main(int argc, char *argv[])
{
	const char *fd = getenv("LULL_RESULTS_FD");
	long rounds = argc == 2 ? atol(argv[1]) : 0;

	if (fd == NULL || rounds <= 0)
		return 2;
	for (int i = 0; i < 5; i++) {
		long left = rounds, began = nanoseconds();
		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(left) : : "cc");
		dprintf(atoi(fd), "loop %ld ns\n", nanoseconds() - began);
	}
	return 0;
}
