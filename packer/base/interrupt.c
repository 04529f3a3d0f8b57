/* SPDX-License-Identifier: MIT */
#include "base/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>

/* Process-wide, as signals are. */
static volatile sig_atomic_t caught;
static volatile sig_atomic_t child;

static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};

enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

static void
note_signal(int signal)
{
	int saved = errno;

	caught = signal;
	if (child > 0)
		kill((pid_t)child, SIGTERM);
	errno = saved;
}

void
interrupt_catch(void)
{
	for (int i = 0; i < SIGNALS; i++) {
		struct sigaction action = {.sa_handler = note_signal}, old;
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	/* Exceeding RLIMIT_FSIZE is then a write error, like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
}

int
interrupt_signal(void)
{
	return caught;
}

static int
spawn(const struct interrupt_program *program, const sigset_t *mask, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&actions, program->input, 0);
	posix_spawn_file_actions_adddup2(&actions, program->output, 1);
	posix_spawn_file_actions_adddup2(&actions, program->errors, 2);
	posix_spawn_file_actions_addchdir_np(&actions, program->directory);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGXFSZ);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setsigmask(&attributes, mask);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	int problem = posix_spawnp(pid, program->argv[0], &actions, &attributes, program->argv,
				   program->environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return problem;
}

int
interrupt_run(const struct interrupt_program *program, int *status)
{
	sigset_t block, before;
	pid_t pid;

	sigemptyset(&block);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&block, signals[i]);
	sigprocmask(SIG_BLOCK, &block, &before);
	int problem = caught != 0 ? EINTR : spawn(program, &before, &pid);
	if (problem == 0)
		child = (sig_atomic_t)pid;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (problem != 0)
		return problem;
	/* Its process id is not reused until it is reaped, so note_signal() may send to it. */
	siginfo_t info;
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	child = 0;
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return 0;
}

void
interrupt_obey(void)
{
	if (caught == 0)
		return;
	signal(caught, SIG_DFL);
	raise(caught);
}
