/* SPDX-License-Identifier: MIT */
/* Reports how long a call of getppid takes, as means of small batches. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 50, CALLS = 100 };

static long
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

int
main(void)
{
	const char *fd = getenv("LULL_RESULTS_FD");

	if (fd == NULL)
		return 2;
	for (int i = 0; i < BATCHES; i++) {
		long began = nanoseconds();
		for (int call = 0; call < CALLS; call++)
			syscall(SYS_getppid);
		dprintf(atoi(fd), "getppid %.2f ns\n", (double)(nanoseconds() - began) / CALLS);
	}
	return 0;
}
