/* SPDX-License-Identifier: MIT */
#include "boot_loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
	QUIT_S = 2, /* for QEMU to end when asked to */
	READ_SIZE = 64 * 1024,
};

double
loop_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
loop_ask_to_end(struct loop *l, enum machine_end end)
{
	if (l->kill_at != 0)
		return;
	l->kill_at = loop_now() + QUIT_S;
	l->boot->end = end;
	l->given_up = true;
	if (qmp_quit(&l->qmp) != 0)
		qemu_kill(&l->qemu);
}

static void
keep_bytes(struct boot *b, const char *at, size_t length)
{
	while (b->log >= 0 && length > 0 && !b->log_failed) {
		ssize_t n = write(b->log, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		b->log_failed = n < 0;
		at += n < 0 ? 0 : n;
		length -= n < 0 ? 0 : (size_t)n;
	}
}

int
loop_hear_console(struct loop *l)
{
	char bytes[READ_SIZE];
	ssize_t n = read(l->qemu.console, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	l->heard = loop_now();
	keep_bytes(l->boot, bytes, (size_t)n);
	if (l->boot->terminal != NULL)
		terminal_show(l->boot->terminal, bytes, (size_t)n);
	if (console_feed(l->boot->console, bytes, (size_t)n) != 0)
		return -1;
	if (l->stage != l->boot->console->stage || l->runs != l->boot->console->runs) {
		l->runs = l->boot->console->runs;
		l->stage = l->boot->console->stage;
		l->staged = l->heard;
	}
	return 1;
}

int
loop_hear_qmp(struct loop *l)
{
	char bytes[4096];
	ssize_t n = read(l->qemu.qmp, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	if (qmp_feed(&l->qmp, bytes, (size_t)n) != 0 && l->qmp.step != QMP_RUNNING)
		snprintf(l->qmp.error, sizeof(l->qmp.error), "%s", strerror(errno));
	if (l->qmp.stopped || l->qmp.error[0] != '\0')
		loop_ask_to_end(l, MACHINE_FAILED);
	return 1;
}

int
loop_hear_errors(struct loop *l)
{
	char bytes[1024];
	ssize_t n = read(l->qemu.errors, bytes, sizeof(bytes));
	size_t room = sizeof(l->boot->error) - 1 - l->error_used;

	if (n <= 0)
		return 0;
	size_t taken = (size_t)n < room ? (size_t)n : room;
	memcpy(l->boot->error + l->error_used, bytes, taken);
	l->error_used += taken;
	return 1;
}

void
loop_hear_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || l->boot->signal != 0)
			continue;
		l->boot->signal = (int)info.ssi_signo;
		loop_ask_to_end(l, MACHINE_ESCAPED);
	}
}

void
loop_hear_person(struct loop *l)
{
	char bytes[256];
	ssize_t n = terminal_read(l->boot->terminal, bytes, sizeof(bytes));

	if (n < 0)
		loop_ask_to_end(l, MACHINE_ESCAPED);
	/* The guest's serial port takes a line's worth at a time; what a person types faster than that is lost. */
	if (n > 0 && write(l->qemu.input, bytes, (size_t)n) < 0 && errno != EAGAIN)
		loop_ask_to_end(l, MACHINE_ESCAPED);
}
