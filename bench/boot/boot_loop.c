/* SPDX-License-Identifier: MIT */
#include "boot/boot_loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/seconds.h"

enum { READ_SIZE = 64 * 1024 };

void
loop_ask_to_end(struct loop *l, enum machine_end end)
{
	if (l->given_up)
		return;
	l->boot->end = end;
	l->given_up = true;
	l->target->operations->end(l->target, end);
}

int
loop_begin(struct loop *l)
{
	const struct laboratory *laboratory = l->boot->machine->laboratory;

	l->started = true;
	if (laboratory == NULL || laboratory->wait == NULL)
		return 0;
	l->stage = STAGE_SILENT;
	return console_begin_anew(l->boot->console);
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
	ssize_t n = read(l->target->console, bytes, sizeof(bytes));

	/* A terminal that was hung up is in error. */
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		l->target->hung_up = true;
	if (n <= 0)
		return 0;
	l->target->spoke = true;
	l->heard = seconds_now();
	l->bytes += (uint64_t)n;
	if (l->boot->limits.bytes != 0 && l->bytes > l->boot->limits.bytes) {
		/* Whatever comes until it is gone is not kept either. */
		loop_ask_to_end(l, MACHINE_FLOODED);
		return 1;
	}
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

void
loop_hear_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		/* To cut a machine's power may take long; who asks once more does not wait for it. */
		if (info.ssi_signo == SIGINT && l->signal == SIGINT)
			l->target->operations->kill(l->target);
		if (info.ssi_signo == SIGCHLD || l->signal != 0)
			continue;
		l->signal = (int)info.ssi_signo;
		/* Of a machine whose end has come nothing is lost any more. */
		if (l->given_up)
			l->target->operations->end(l->target, MACHINE_ESCAPED);
		else
			l->boot->signal = l->signal;
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
	if (n > 0 && write(l->target->input, bytes, (size_t)n) < 0 && errno != EAGAIN)
		loop_ask_to_end(l, MACHINE_ESCAPED);
}
