/* SPDX-License-Identifier: MIT */
#include "base/console_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	SETTLE_MS = 50,
	SYSLOG_CONSOLE_LEVEL = 8, /* syslog(2) has no name for it */
	ALERTS = 2,		  /* alerts and emergencies have lower levels */
};

/* As set up by the kernel, including speed and flow control. */
static struct termios booted;
static bool has_terminal;

void
console_reserve_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_RDONLY | O_DIRECTORY);
}

static int
reopen_console(void)
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

/* The kernel opens it as all three descriptors, or as none (init/main.c console_on_rootfs()). */
int
console_open(void)
{
	struct stat found;
	bool is_open = fstat(STDOUT_FILENO, &found) == 0 && S_ISCHR(found.st_mode) &&
		       found.st_rdev == makedev(5, 1);

	return is_open ? 0 : reopen_console();
}

/* Opening it costs 25,000 instructions, so it stays open. */
static int
ignore_loglevel(void)
{
	static int fd = -2;

	if (fd == -2)
		fd = open("/sys/module/printk/parameters/ignore_loglevel", O_WRONLY | O_CLOEXEC);
	return fd >= 0 && pwrite(fd, "N", 1, 0) != 1 ? -1 : 0;
}

/*
 * Input is not echoed, raises no signals and does not stop output (XOFF), and the other side is
 * sent no flow control.
 */
static void
set_raw(void)
{
	static struct termios is, wanted;

	/* The terminal was hung up (vhangup(2)), which makes this descriptor unusable. */
	if (tcgetattr(STDOUT_FILENO, &is) != 0 && errno == EIO &&
	    (reopen_console() != 0 || tcgetattr(STDOUT_FILENO, &is) != 0))
		return;
	if (!has_terminal)
		booted = is;
	has_terminal = true;
	wanted = booted;
	wanted.c_iflag = IGNBRK | IGNPAR;
	wanted.c_oflag = 0;
	wanted.c_cflag |= CLOCAL;
	wanted.c_lflag = 0;
	if (memcmp(&is, &wanted, sizeof(is)) != 0)
		tcsetattr(STDOUT_FILENO, TCSANOW, &wanted);
}

void
console_quiet(bool may_be_loud, void (*failed)(const char *what, int error))
{
	if (klogctl(SYSLOG_CONSOLE_LEVEL, NULL, ALERTS) != 0 && errno != ENOSYS)
		failed("cannot set the console's level", errno);
	if (may_be_loud && ignore_loglevel() != 0)
		failed("cannot switch ignore_loglevel off", errno);
	set_raw();
}

void
console_cook(void)
{
	if (has_terminal)
		tcsetattr(STDOUT_FILENO, TCSAFLUSH, &booted);
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
console_write_escaped(const char *bytes, size_t length)
{
	const char *end = bytes + length;

	for (const char *at = bytes; at < end; bytes = ++at) {
		while (at < end && *at != '@' && *at != '\n')
			at++;
		console_write(bytes, (size_t)(at - bytes));
		if (at < end)
			console_print(*at == '@' ? "%40" : "\r\n");
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
