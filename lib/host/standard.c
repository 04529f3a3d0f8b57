/* SPDX-License-Identifier: MIT */
#include "host/standard.h"

#include <fcntl.h>
#include <unistd.h>

int
standard_open(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDERR_FILENO ? O_RDWR : O_RDONLY) < 0)
			return -1;
	return 0;
}
