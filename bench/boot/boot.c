/* SPDX-License-Identifier: MIT */
#include "boot/boot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/seconds.h"
#include "base/signals.h"

enum { READ_SIZE = 64 * 1024 };

/* Asks the target to end. Only the first call has an effect: its `end` is the recorded reason. */
static void
loop_ask_to_end(struct loop *l, enum machine_end end)
{
	if (l->given_up)
		return;
	l->boot->end = end;
	l->given_up = true;
	l->target->operations->end(l->target, end);
}

/*
 * Notes that the target has started. Earlier output, of the machine's own system, is dropped.
 * Returns 0, or -1 with errno.
 */
static int
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
write_log(struct boot *b, const char *at, size_t length)
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

/*
 * Reads the available bytes of the console. Returns 1 if there were any, 0 if not, -1 with errno if
 * bench itself failed.
 */
static int
loop_read_console(struct loop *l)
{
	char bytes[READ_SIZE];
	ssize_t n = read(l->target->console, bytes, sizeof(bytes));

	/* Reading a terminal after a hangup fails. */
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		l->target->hung_up = true;
	if (n <= 0)
		return 0;
	l->target->has_output = true;
	l->last_byte = seconds_now();
	l->bytes += (uint64_t)n;
	if (l->boot->limits.bytes != 0 && l->bytes > l->boot->limits.bytes) {
		/* Output until the machine is gone is not logged either. */
		loop_ask_to_end(l, MACHINE_FLOODED);
		return 1;
	}
	write_log(l->boot, bytes, (size_t)n);
	if (l->boot->terminal != NULL)
		terminal_show(l->boot->terminal, bytes, (size_t)n);
	if (console_feed(l->boot->console, bytes, (size_t)n) != 0)
		return -1;
	if (l->stage != l->boot->console->stage || l->runs != l->boot->console->runs) {
		l->runs = l->boot->console->runs;
		if (l->boot->init_s == 0 && l->boot->console->stage >= STAGE_INIT)
			l->boot->init_s = l->last_byte - l->began;
		l->stage = l->boot->console->stage;
		l->staged = l->last_byte;
		if (l->target->pid > 0)
			l->boot->times = sched_times_read(l->target->pid);
	}
	return 1;
}

static void
loop_read_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		/* Cutting a machine's power may take long; a second Ctrl-C does not wait for it. */
		if (info.ssi_signo == SIGINT && l->signal == SIGINT)
			l->target->operations->kill(l->target);
		if (info.ssi_signo == SIGCHLD || l->signal != 0)
			continue;
		l->signal = (int)info.ssi_signo;
		/*
		 * A machine that is already being ended keeps its result: only the waiting stops.
		 */
		if (l->given_up)
			l->target->operations->end(l->target, MACHINE_ESCAPED);
		else
			l->boot->signal = l->signal;
		loop_ask_to_end(l, MACHINE_ESCAPED);
	}
}

/* Sends the person's input to the guest. */
static void
loop_read_keys(struct loop *l)
{
	char bytes[256];
	ssize_t n = terminal_read(l->boot->terminal, bytes, sizeof(bytes));

	if (n < 0)
		loop_ask_to_end(l, MACHINE_ESCAPED);
	/* Input that the guest's serial port cannot take at once is lost. */
	if (n > 0 && write(l->target->input, bytes, (size_t)n) < 0 && errno != EAGAIN)
		loop_ask_to_end(l, MACHINE_ESCAPED);
}

enum {
	SILENCE_S = 60,
	START_S = 300,
	RUN_GRACE_S =
	    100, /* more than the 2 s and 45 s in which init kills the command's processes */
	RESULTS_S = 1200, /* enough for some 500 MB */
	BYTES = 1 << 30,
	EXACT_TIMES = 10,
	FIRMWARE_S = 300,
	PANIC_SILENCE_S =
	    10,	   /* the kernel restarts at once unless the user's arguments say otherwise */
	END_S = 5, /* after the results, for the machine to power off by itself */
	TICK_MS = 200,
	REST_READS = 64, /* of 64 KiB each: more than a pipe holds */
};

enum { POLL_CONSOLE, POLL_SIGNAL, POLL_INPUT, POLL_EVENTS, POLLS = POLL_EVENTS + TARGET_EVENTS };

struct boot_limits
boot_limits_for(uint64_t timeout_s, uint64_t image_mib, bool exact)
{
	uint64_t times = exact ? EXACT_TIMES : 1;

	return (struct boot_limits){
	    .silence = (SILENCE_S + image_mib) * times,
	    .start = (START_S + image_mib) * times,
	    .run = (timeout_s + RUN_GRACE_S) * times,
	    .results = RESULTS_S * times,
	    .bytes = BYTES,
	};
}

struct boot_limits
boot_limits_with_wait(struct boot_limits limits, uint64_t wait_s, bool exact)
{
	uint64_t more = limits.silence == 0 ? 0 : wait_s * (exact ? EXACT_TIMES : 1);

	limits.silence += more;
	limits.start += more;
	return limits;
}

static bool
has_passed(uint64_t limit, double since, double now)
{
	return limit != 0 && now >= since + (double)limit;
}

struct boot_limits
boot_limits_with_firmware(struct boot_limits limits)
{
	limits.silence += FIRMWARE_S;
	limits.start += FIRMWARE_S;
	return limits;
}

uint64_t
boot_limit_passed(const struct boot_limits *limits, const struct boot_times *times,
		  enum console_stage stage, bool panicked)
{
	if (has_passed(limits->total, times->started, times->now))
		return limits->total;
	if (limits->silence == 0)
		return 0; /* a person is at the console: no other limits */
	if (stage == STAGE_RUN)
		return has_passed(limits->run, times->staged, times->now) ? limits->run : 0;
	if (panicked && has_passed(PANIC_SILENCE_S, times->last_byte, times->now))
		return PANIC_SILENCE_S;
	if (has_passed(limits->silence, times->last_byte, times->now))
		return limits->silence;
	if (stage < STAGE_RUN && has_passed(limits->start, times->started, times->now))
		return limits->start;
	if (stage == STAGE_RESULTS && has_passed(limits->results, times->staged, times->now))
		return limits->results;
	return 0;
}

static int
check_limits(struct loop *l)
{
	const struct boot *b = l->boot;
	const struct boot_times times = {l->began, l->last_byte, l->staged, seconds_now()};

	if (l->given_up)
		return 0;
	if (!l->target->started) {
		l->began = l->last_byte = l->staged = times.now;
		return 0;
	}
	if (!l->started && loop_begin(l) != 0)
		return -1;
	if (l->stage == STAGE_END && b->limits.silence != 0) {
		if (has_passed(END_S, times.staged, times.now))
			loop_ask_to_end(l, MACHINE_POWERED_OFF);
		return 0;
	}
	struct boot_limits limits = b->limits;
	/* The image's experiment has reported its own time limit. */
	if (limits.run != 0 && b->console->timeout_s > 0)
		limits.run = boot_limits_for(b->console->timeout_s, 0, b->machine->exact).run;
	if (l->stage == STAGE_INIT)
		limits = boot_limits_with_wait(limits, b->console->wait_s, b->machine->exact);
	l->boot->limit_s = boot_limit_passed(&limits, &times, l->stage, b->console->panicked);
	/* A panicked machine would restart, as panic= asks: its end counts as a reset. */
	if (b->limit_s != 0)
		loop_ask_to_end(l, b->console->panicked ? MACHINE_RESET : MACHINE_SILENT);
	return 0;
}

static int
loop_wait(struct loop *l)
{
	bool person = l->boot->terminal != NULL && terminal_is_interactive(l->boot->terminal);
	struct target *t = l->target;
	struct pollfd fds[POLLS] = {
	    [POLL_CONSOLE] = {t->hung_up ? -1 : t->console, POLLIN, 0},
	    [POLL_SIGNAL] = {l->signals, POLLIN, 0},
	    [POLL_INPUT] = {person ? STDIN_FILENO : -1, POLLIN, 0},
	};
	int result = 0;

	for (size_t i = 0; i < TARGET_EVENTS; i++)
		fds[POLL_EVENTS + i] = (struct pollfd){t->events[i], POLLIN, 0};
	if (poll(fds, POLLS, TICK_MS) < 0 && errno != EINTR)
		return -1;
	if (fds[POLL_SIGNAL].revents != 0)
		loop_read_signals(l);
	if (fds[POLL_INPUT].revents != 0)
		loop_read_keys(l);
	if (fds[POLL_CONSOLE].revents != 0)
		result = loop_read_console(l);
	for (size_t i = 0; i < TARGET_EVENTS; i++)
		if (fds[POLL_EVENTS + i].revents != 0)
			t->operations->read_event(t, i);
	return result < 0 ? -1 : 0;
}

/* Reads the rest of the console. Bounded, because another program may go on writing to it. */
static int
read_rest(struct loop *l)
{
	int result = 1;

	for (int i = 0; i < REST_READS && result > 0; i++)
		result = loop_read_console(l);
	return result < 0 ? -1 : 0;
}

static int
loop_run(struct loop *l)
{
	struct target *t = l->target;
	double tick = 0;

	/* Check for the end before reading, so that no output is left unread. */
	while (!t->operations->is_gone(t)) {
		if (t->failed)
			loop_ask_to_end(l, t->end);
		if (loop_wait(l) != 0)
			return -1;
		if (check_limits(l) != 0)
			return -1;
		if (l->boot->terminal != NULL && seconds_now() > tick) {
			terminal_progress(l->boot->terminal, l->stage, seconds_now() - l->staged);
			tick = seconds_now() + TICK_MS / 1000.0;
		}
	}
	return read_rest(l) != 0 ? -1 : console_feed(l->boot->console, NULL, 0);
}

static void
store_end(struct boot *b, const struct target *t, bool given_up)
{
	memcpy(b->version, t->version, sizeof(b->version));
	memcpy(b->type, t->type, sizeof(b->type));
	memcpy(b->error, t->error, sizeof(b->error));
	b->target_failed = t->failed && b->machine->laboratory != NULL;
	/* Later failures do not change the recorded end. */
	if (!given_up || b->end == MACHINE_UNKNOWN)
		b->end = t->end;
}

int
boot_run(struct boot *b)
{
	struct loop *l = calloc(1, sizeof(*l));
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction pipe_before;
	sigset_t before;
	int result = -1;

	if (l == NULL)
		return -1;
	l->boot = b;
	/* Read SIGCHLD too, so that the end of a child does not wait for the next tick. */
	l->signals = signals_catch(true, &before);
	/* A console that stops reading must not kill bench. */
	sigaction(SIGPIPE, &ignore, &pipe_before);
	if (l->signals < 0)
		goto restore;
	l->target = target_start(b->machine);
	if (l->target == NULL)
		goto close_signals;
	l->began = l->last_byte = l->staged = seconds_now();
	result = loop_run(l);
	int saved = errno;
	store_end(b, l->target, l->given_up);
	l->target->operations->close(l->target);
	if (b->terminal != NULL)
		terminal_clear(b->terminal);
	errno = saved;
close_signals:
	close(l->signals);
restore:
	sigaction(SIGPIPE, &pipe_before, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(l);
	return result;
}
