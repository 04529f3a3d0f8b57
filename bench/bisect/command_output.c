/* SPDX-License-Identifier: MIT */
#include "bisect/command_output.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "host/memory.h"

static _Noreturn void
become_command(const char *const argv[], int output, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	dup2(output, STDOUT_FILENO);
	execvp(argv[0], (char *const *)argv);
	err(127, "cannot execute %s", argv[0]);
}

/* Reads to the end. Returns the text, to be freed. */
static char *
read_all(int fd)
{
	struct bytes all = {.data = NULL};
	char buffer[4096];
	ssize_t length;

	while ((length = read(fd, buffer, sizeof(buffer))) > 0 || (length < 0 && errno == EINTR))
		if (length > 0 && bytes_add(&all, buffer, (size_t)length) != 0)
			memory_die();
	while (all.length > 0 && all.data[all.length - 1] == '\n')
		all.length--;
	char *text = xcalloc(all.length + 1, 1);
	if (all.length > 0)
		memcpy(text, all.data, all.length);
	bytes_free(&all);
	return text;
}

char *
command_output(const char *const argv[], int *status)
{
	int ends[2], how = 0;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		warn("cannot execute %s", argv[0]);
		return NULL;
	}
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		become_command(argv, ends[1], parent);
	close(ends[1]);
	char *text = pid > 0 ? read_all(ends[0]) : NULL;
	close(ends[0]);
	if (pid < 0) {
		warn("cannot execute %s", argv[0]);
		return NULL;
	}
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		continue;
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return text;
}
