/* SPDX-License-Identifier: MIT */
#include "tool.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

char *
tool_string(const char *format, ...)
{
	va_list arguments;
	char *string;

	va_start(arguments, format);
	if (vasprintf(&string, format, arguments) < 0)
		err(1, "cannot get memory");
	va_end(arguments);
	return string;
}

void
tool_add(struct tool *words, const char *word)
{
	if (words->count + 1 >= TOOL_WORDS)
		errx(1, "cannot run %s: too many words", words->list[0]);
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void
tool_run(const struct tool *words)
{
	extern char **environ;
	pid_t child;
	int status;

	errno =
	    posix_spawnp(&child, words->list[0], NULL, NULL, (char *const *)words->list, environ);
	if (errno != 0 || waitpid(child, &status, 0) < 0)
		err(1, "cannot run %s", words->list[0]);
	if (status != 0)
		errx(1, "%s failed", words->list[0]);
}

void
tool_write_at(const char *file, off_t at, const void *bytes, size_t length)
{
	int fd = open(file, O_WRONLY | (at == 0 ? O_CREAT : 0), 0666);

	if (fd < 0 || pwrite(fd, bytes, length, at) != (ssize_t)length || close(fd) != 0)
		err(1, "cannot write %s", file);
}
