/* SPDX-License-Identifier: MIT */
/* Prints a line and dies of SIGSEGV. */
#include <stdio.h>

int
main(void)
{
	volatile char *volatile nowhere = NULL;

	printf("before\n");
	fflush(stdout);
	return *nowhere;
}
