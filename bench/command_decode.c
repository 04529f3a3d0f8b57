/* SPDX-License-Identifier: MIT */
/* bench decode: what a console log tells. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "conclude.h"
#include "console.h"

enum { DECODE_PIECE = 64 * 1024 };

/* Feeds a file to the console. Returns 0, or -1 with errno. */
static int
read_log(const char *path, struct console *console)
{
	static char bytes[DECODE_PIECE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || console_feed(console, bytes, (size_t)n) != 0)
			break;
	}
	int error = errno;
	close(fd);
	errno = error;
	return n == 0 ? console_feed(console, NULL, 0) : -1;
}

int
command_decode(int argc, char *argv[])
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	struct console console;
	struct evidence evidence = {.end = MACHINE_UNKNOWN, .console = &console};

	if (argc != (json ? 3 : 2)) {
		fputs("usage: " DECODE_USAGE, stderr);
		return STATUS_NO_VERDICT;
	}
	if (console_open(&console, NULL) != 0)
		err(STATUS_NO_VERDICT, "cannot read a console");
	if (read_log(argv[argc - 1], &console) != 0)
		err(STATUS_NO_VERDICT, "cannot read %s", argv[argc - 1]);
	int status = conclude(&evidence, &(struct report){0}, json, NULL);
	console_close(&console);
	return status;
}
