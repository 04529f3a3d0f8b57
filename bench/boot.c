/* SPDX-License-Identifier: MIT */
#include "boot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "boot_loop.h"

enum {
	SILENCE_S = 60,
	RUN_GRACE_S = 30,
	EXACT_MIN_S = 600,
	EXACT_TIMES = 10,
	PANIC_SILENCE_S = 10, /* the kernel restarts at once unless the user's arguments say otherwise */
	END_S = 5,	      /* after the results have come, for the machine to power off by itself */
	TICK_MS = 200,
};

enum { POLL_CONSOLE, POLL_ERRORS, POLL_QMP, POLL_SIGNAL, POLL_INPUT, POLLS };

struct boot_limits
boot_limits_for(uint64_t timeout_s, bool exact)
{
	uint64_t run = timeout_s + RUN_GRACE_S;

	if (exact)
		run = timeout_s * EXACT_TIMES > EXACT_MIN_S ? timeout_s * EXACT_TIMES : EXACT_MIN_S;
	return (struct boot_limits){.silence = SILENCE_S, .run = run};
}

static void
check_limit(struct loop *l, double since, uint64_t limit)
{
	if (limit == 0 || loop_now() < since + (double)limit)
		return;
	l->boot->limit_s = limit;
	loop_ask_to_end(l, MACHINE_SILENT);
}

static void
check_limits(struct loop *l)
{
	const struct boot_limits *limits = &l->boot->limits;

	if (l->kill_at != 0) {
		if (loop_now() > l->kill_at)
			qemu_kill(&l->qemu);
		return;
	}
	check_limit(l, l->started, limits->total);
	if (limits->silence == 0)
		return;
	if (l->stage == STAGE_END) {
		if (loop_now() > l->staged + END_S)
			loop_ask_to_end(l, MACHINE_POWERED_OFF);
	} else if (l->boot->console->panicked) {
		check_limit(l, l->heard, PANIC_SILENCE_S);
	} else if (l->stage == STAGE_RUN) {
		check_limit(l, l->staged, limits->run);
	} else {
		check_limit(l, l->heard, limits->silence);
	}
}

static int
wait_and_hear(struct loop *l)
{
	bool person = l->boot->terminal != NULL && terminal_is_interactive(l->boot->terminal);
	struct pollfd fds[POLLS] = {
	    [POLL_CONSOLE] = {l->qemu.console, POLLIN, 0},
	    [POLL_ERRORS] = {l->qemu.errors, POLLIN, 0},
	    [POLL_QMP] = {l->qemu.qmp, POLLIN, 0},
	    [POLL_SIGNAL] = {l->signals, POLLIN, 0},
	    [POLL_INPUT] = {person ? STDIN_FILENO : -1, POLLIN, 0},
	};
	int result = 0;

	if (poll(fds, POLLS, TICK_MS) < 0 && errno != EINTR)
		return -1;
	if (fds[POLL_SIGNAL].revents != 0)
		loop_hear_signals(l);
	if (fds[POLL_INPUT].revents != 0)
		loop_hear_person(l);
	if (fds[POLL_CONSOLE].revents != 0)
		result = loop_hear_console(l);
	if (fds[POLL_QMP].revents != 0)
		loop_hear_qmp(l);
	if (fds[POLL_ERRORS].revents != 0)
		loop_hear_errors(l);
	return result < 0 ? -1 : 0;
}

/* Signals come as bytes to read while QEMU runs; SIGCHLD must not wait for the next tick. */
static int
catch_signals(sigset_t *before)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
	sigset_t caught;

	sigemptyset(&caught);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&caught, signals[i]);
	sigprocmask(SIG_BLOCK, &caught, before);
	return signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
loop_run(struct loop *l)
{
	double tick = 0;

	while (l->qemu.pid != 0) {
		/* Whether it is gone is asked before what it left is read: so nothing is left behind. */
		bool gone = qemu_is_gone(&l->qemu, &l->wait_status);
		int result = gone ? 0 : wait_and_hear(l);

		while (gone && (result = loop_hear_console(l)) > 0)
			continue;
		while (gone && (loop_hear_qmp(l) > 0 || loop_hear_errors(l) > 0))
			continue;
		if (result < 0)
			return -1;
		check_limits(l);
		if (l->boot->terminal != NULL && loop_now() > tick) {
			terminal_progress(l->boot->terminal, l->stage, loop_now() - l->staged);
			tick = loop_now() + TICK_MS / 1000.0;
		}
	}
	return console_feed(l->boot->console, NULL, 0);
}

/* Leaves of QEMU's words the first line that is not a mere warning, without the program's name. */
static void
choose_error(char *words)
{
	static const char program[] = QEMU_PROGRAM ": ";

	for (char *line = words, *next; *line != '\0'; line = next) {
		size_t length = strcspn(line, "\r\n");
		next = line + length + strspn(line + length, "\r\n");
		line[length] = '\0';
		if (strstr(line, "warning: ") == NULL) {
			size_t own = strncmp(line, program, strlen(program)) == 0 ? strlen(program) : 0;
			memmove(words, line + own, length - own + 1);
			return;
		}
	}
	words[0] = '\0';
}

static void
tell_end(struct loop *l)
{
	struct boot *b = l->boot;

	choose_error(b->error);
	if (l->qmp.error[0] != '\0')
		snprintf(b->error, sizeof(b->error), "%s", l->qmp.error);
	else if (l->qmp.stopped && b->error[0] == '\0')
		snprintf(b->error, sizeof(b->error), "it stopped the machine (internal error)");
	else if (WIFSIGNALED(l->wait_status) && !l->given_up && b->error[0] == '\0')
		snprintf(b->error, sizeof(b->error), "it was killed by signal %d", WTERMSIG(l->wait_status));
	if (l->given_up)
		return;
	b->end = !l->qmp.shutdown || !l->qmp.by_guest ? MACHINE_FAILED
		 : l->qmp.by_reset		      ? MACHINE_RESET
						      : MACHINE_POWERED_OFF;
}

int
boot_run(struct boot *b)
{
	struct loop *l = calloc(1, sizeof(*l));
	sigset_t before;
	int result = -1;

	if (l == NULL)
		return -1;
	l->boot = b;
	l->signals = catch_signals(&before);
	if (l->signals < 0)
		goto restore;
	if (qemu_start(&l->qemu, b->machine) != 0)
		goto close_signals;
	l->qmp.fd = l->qemu.qmp;
	l->started = l->heard = l->staged = loop_now();
	result = loop_run(l);
	int saved = errno;
	qemu_close(&l->qemu);
	tell_end(l);
	if (b->terminal != NULL)
		terminal_clear(b->terminal);
	errno = saved;
close_signals:
	close(l->signals);
restore:
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(l);
	return result;
}
