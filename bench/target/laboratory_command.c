/* SPDX-License-Identifier: MIT */
#include "target/laboratory_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/seconds.h"

enum { TERM_S = 2, KILL_S = 2 };

static int
use_as(int fd, int as)
{
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	return fd < 0 || dup2(fd, as) < 0 ? -1 : 0;
}

/*
 * Executes the command, in the child. Writes errno to `failure` if a step fails; execvp() closes
 * it.
 */
static _Noreturn void
become_command(char *const argv[], const struct machine *machine, const int fds[3], pid_t parent,
	       int failure)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (setenv("LULL_KERNEL", machine->kernel, 1) == 0 &&
	    setenv("LULL_IMAGE", machine->initrd, 1) == 0 &&
	    setenv("LULL_CMDLINE", machine->line, 1) == 0 && use_as(fds[0], STDIN_FILENO) == 0 &&
	    use_as(fds[1], STDOUT_FILENO) == 0 && use_as(fds[2], STDERR_FILENO) == 0)
		execvp(argv[0], argv);
	int error = errno;
	_exit(write(failure, &error, sizeof(error)) == (ssize_t)sizeof(error) ? 127 : 126);
}

int
command_start(struct command *c, const char *name, char *const argv[],
	      const struct machine *machine, const int fds[3])
{
	pid_t parent = getpid();
	int failure[2], error = 0;

	*c = (struct command){.name = name, .argv = argv};
	if (pipe2(failure, O_CLOEXEC) != 0)
		return -1;
	c->pid = fork();
	if (c->pid == 0)
		become_command(argv, machine, fds, parent, failure[1]);
	if (c->pid < 0)
		error = errno;
	close(failure[1]);
	if (c->pid > 0 && read(failure[0], &error, sizeof(error)) == (ssize_t)sizeof(error))
		waitpid(c->pid, NULL, 0);
	close(failure[0]);
	if (error == 0)
		return 0;
	c->pid = 0;
	errno = error;
	return -1;
}

int
command_read_errors(struct command *c, int errors)
{
	char bytes[4096];
	ssize_t n = read(errors, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < n && !c->heard_line; i++) {
		bool at_end = bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\0';
		/* Skip empty lines. */
		c->heard_line = (at_end && c->used > 0) || c->used == COMMAND_WORDS_MAX;
		if (!at_end && !c->heard_line)
			c->words[c->used++] = bytes[i];
	}
	return n > 0;
}

bool
command_has_ended(const struct command *c, siginfo_t *how)
{
	how->si_pid = 0;
	return c->pid != 0 && waitid(P_PID, (id_t)c->pid, how, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       how->si_pid != 0;
}

bool
command_succeeded(const siginfo_t *how)
{
	return how->si_code == CLD_EXITED && how->si_status == 0;
}

void
command_kill(const struct command *c)
{
	if (c->pid != 0)
		kill(-c->pid, SIGKILL);
}

void
command_forget(struct command *c)
{
	if (c->pid != 0)
		waitpid(c->pid, NULL, WNOHANG);
	c->pid = 0;
}

bool
command_end(struct command *c)
{
	double now = seconds_now();
	siginfo_t how;

	if (c->pid == 0)
		return true;
	if (c->asked_at == 0) {
		c->asked_at = now;
		kill(-c->pid, SIGTERM);
	}
	/* Until the command is waited for, no other process group can have its number. */
	bool ended = command_has_ended(c, &how);
	if (ended || now > c->asked_at + TERM_S)
		command_kill(c);
	if (ended || now > c->asked_at + TERM_S + KILL_S)
		command_forget(c);
	return c->pid == 0;
}

/* Appends the first line of the command's errors, if there is one. */
static void
append_words(const struct command *c, char *text, size_t size, int used)
{
	if (c->used > 0 && used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, ": %s", c->words);
}

void
command_describe_end(const struct command *c, const siginfo_t *how, char *text, size_t size)
{
	const char *verb =
	    how->si_code == CLD_EXITED ? "ended with status" : "was killed by signal";

	append_words(c, text, size,
		     snprintf(text, size, "the %s command %s %s %d", c->name, c->argv[0], verb,
			      how->si_status));
}

void
command_describe_limit(const struct command *c, unsigned limit_s, char *text, size_t size)
{
	append_words(c, text, size,
		     snprintf(text, size, "the %s command %s did not end within %u s", c->name,
			      c->argv[0], limit_s));
}

void
command_describe_start(const struct command *c, int error, char *text, size_t size)
{
	snprintf(text, size, "cannot execute the %s command %s: %s", c->name, c->argv[0],
		 strerror(error));
}
