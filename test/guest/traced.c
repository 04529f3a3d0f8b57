/* SPDX-License-Identifier: MIT */
/* Asks its parent, PID 1, to trace it, and stops: a stop must not count as an end. */
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>

int
main(void)
{
	signal(SIGUSR1, SIG_IGN);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGUSR1);
	puts("after");
	return 3;
}
