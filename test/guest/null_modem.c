/* SPDX-License-Identifier: MIT */
/*
 * A cable between two serial ports: `null_modem A B` makes A and B, links to pseudo-terminals, and
 * copies bytes between them until it is killed, even if programs open and close them.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* The other side stays open, so that closing a port is not a hang-up. */
static int
make_port(const char *path)
{
	struct termios raw;
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
		return -1;
	int held = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (held < 0 || tcgetattr(held, &raw) != 0)
		return -1;
	cfmakeraw(&raw);
	if (tcsetattr(held, TCSANOW, &raw) != 0 || symlink(ptsname(master), path) != 0)
		return -1;
	return master;
}

static int
copy_bytes(int from, int to)
{
	char bytes[4096];
	ssize_t n = read(from, bytes, sizeof(bytes));

	for (ssize_t at = 0, written; at < n; at += written) {
		written = write(to, bytes + at, (size_t)(n - at));
		if (written <= 0)
			return -1;
	}
	return n > 0 ? 0 : -1;
}

int
main(int argc, char *argv[])
{
	int first = argc == 3 ? make_port(argv[1]) : -1;
	int second = first >= 0 ? make_port(argv[2]) : -1;

	if (second < 0)
		return 1;
	for (;;) {
		struct pollfd fds[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};

		if (poll(fds, 2, -1) < 0)
			return 1;
		if ((fds[0].revents != 0 && copy_bytes(first, second) != 0) ||
		    (fds[1].revents != 0 && copy_bytes(second, first) != 0))
			return 1;
	}
}
