/* SPDX-License-Identifier: MIT */
/* Says something and dies of SIGSEGV. */
#include <stdio.h>

int
main(void)
{
	volatile char *volatile nowhere = NULL;

	printf("before\n");
	fflush(stdout);
	return *nowhere;
}
