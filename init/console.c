/* SPDX-License-Identifier: MIT */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/klog.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	SETTLE_MS = 50,
	SYSLOG_CONSOLE_LEVEL = 8, /* syslog(2) has no name for it */
	EMERGENCIES = 2,
};

void
console_reserve_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_RDONLY | O_DIRECTORY);
}

int
console_open(void)
{
	int error = 0;
	int fd = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		error = errno;
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	}
	if (fd >= 0) {
		for (int to = STDIN_FILENO; to <= STDERR_FILENO; to++)
			dup2(fd, to);
		if (fd > STDERR_FILENO)
			close(fd);
	}
	errno = error;
	return error == 0 ? 0 : -1;
}

void
console_quiet(void)
{
	klogctl(SYSLOG_CONSOLE_LEVEL, NULL, EMERGENCIES);
}

void
console_write(const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t done = write(STDOUT_FILENO, at, length);

		if (done > 0) {
			at += done;
			length -= (size_t)done;
		} else if (done < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
		} else if (done == 0 || errno != EINTR) {
			return;
		}
	}
}

void
console_print(const char *string)
{
	console_write(string, strlen(string));
}

void
console_drain(bool settle)
{
	while (tcdrain(STDOUT_FILENO) != 0 && errno == EINTR)
		;
	if (settle)
		nanosleep(&(struct timespec){.tv_nsec = SETTLE_MS * 1000000L}, NULL);
}
