/* SPDX-License-Identifier: MIT */
/*
 * Ignores all signals that can be ignored, and so does its child in another session: only SIGKILL
 * ends them.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	printf("deaf\n");
	fflush(stdout);
	if (fork() == 0)
		setsid();
	for (;;)
		pause();
}
