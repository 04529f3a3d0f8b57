/* SPDX-License-Identifier: MIT */
/* bench decode: prints the result that a console log holds. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "boot/print_result.h"
#include "cmd/subcommand.h"
#include "console/console.h"
#include "study/console_file.h"

/* Feeds a file to the console. Returns 0, or -1 with errno. */
static int
read_log(const char *path, struct console *console)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	int result = console_file_read(fd, console), error = errno;
	close(fd);
	errno = error;
	return result;
}

int
subcommand_decode(int argc, char *argv[])
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	bool is_help = argc == 2 && strcmp(argv[1], "--help") == 0;
	struct console console;
	struct evidence evidence = {.end = MACHINE_UNKNOWN, .console = &console};

	if (argc != (json ? 3 : 2) || is_help) {
		fputs("usage: " DECODE_USAGE, is_help ? stdout : stderr);
		return is_help ? 0 : STATUS_WRONG_USAGE;
	}
	if (console_open(&console, NULL) != 0)
		err(STATUS_NO_VERDICT, "cannot read a console");
	int result = read_log(argv[argc - 1], &console);
	if (result != 0 && errno == EBADMSG)
		errx(STATUS_NO_VERDICT, "cannot read %s: it is damaged or cut off", argv[argc - 1]);
	if (result != 0)
		err(STATUS_NO_VERDICT, "cannot read %s", argv[argc - 1]);
	int status = print_result(&evidence, &(struct report){0}, json, NULL);
	console_close(&console);
	return status;
}
