/* SPDX-License-Identifier: MIT */
/*
 * Leaves a process behind that has its own session, no open files, and a name that is hard to
 * parse.
 */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int
main(void)
{
	int ready[2];
	char byte;

	if (pipe(ready) != 0)
		return 1;
	if (fork() == 0) {
		setsid();
		prctl(PR_SET_NAME, "a) S 1\n(stray");
		for (int fd = 0; fd < 16; fd++)
			close(fd);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		return 1;
	printf("left\n");
	return 0;
}
