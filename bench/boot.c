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
#include <time.h>
#include <unistd.h>

#include "qmp.h"

enum {
	SILENCE_S = 60,
	RUN_GRACE_S = 30,
	EXACT_MIN_S = 600,
	EXACT_TIMES = 10,
	PANIC_SILENCE_S = 10, /* the kernel restarts at once unless the user's arguments say otherwise */
	END_S = 5,	      /* after the results have come, for the machine to power off by itself */
	QUIT_S = 2,	      /* for QEMU to end when asked to */
	TICK_MS = 200,
	READ_SIZE = 64 * 1024,
};

enum { POLL_CONSOLE, POLL_ERRORS, POLL_QMP, POLL_SIGNAL, POLL_INPUT, POLLS };

/* The state of the loop. Times are seconds of a clock that does not jump. */
struct loop {
	struct boot *boot;
	struct qemu qemu;
	struct qmp qmp;
	int signals;
	double started;
	double heard;	/* the last byte */
	double staged;	/* the last change of stage */
	enum console_stage stage;
	double kill_at; /* 0: QEMU was not asked to end */
	bool given_up;
	int wait_status;
	size_t error_used;
};

struct boot_limits
boot_limits_for(uint64_t timeout_s, bool exact)
{
	uint64_t run = timeout_s + RUN_GRACE_S;

	if (exact)
		run = timeout_s * EXACT_TIMES > EXACT_MIN_S ? timeout_s * EXACT_TIMES : EXACT_MIN_S;
	return (struct boot_limits){.silence = SILENCE_S, .run = run};
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
ask_to_end(struct loop *l, enum machine_end end)
{
	if (l->kill_at != 0)
		return;
	l->kill_at = now() + QUIT_S;
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

/* Reads what there is. Returns 1 if there was something, 0 if not, -1 with errno if bench's own side failed. */
static int
hear_console(struct loop *l)
{
	char bytes[READ_SIZE];
	ssize_t n = read(l->qemu.console, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	l->heard = now();
	keep_bytes(l->boot, bytes, (size_t)n);
	if (l->boot->terminal != NULL)
		terminal_show(l->boot->terminal, bytes, (size_t)n);
	if (console_feed(l->boot->console, bytes, (size_t)n) != 0)
		return -1;
	if (l->stage != l->boot->console->stage) {
		l->stage = l->boot->console->stage;
		l->staged = l->heard;
	}
	return 1;
}

static int
hear_qmp(struct loop *l)
{
	char bytes[4096];
	ssize_t n = read(l->qemu.qmp, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	if (qmp_feed(&l->qmp, bytes, (size_t)n) != 0 && l->qmp.step != QMP_RUNNING)
		snprintf(l->qmp.error, sizeof(l->qmp.error), "%s", strerror(errno));
	if (l->qmp.stopped || l->qmp.error[0] != '\0')
		ask_to_end(l, MACHINE_FAILED);
	return 1;
}

static int
hear_errors(struct loop *l)
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

static void
hear_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || l->boot->signal != 0)
			continue;
		l->boot->signal = (int)info.ssi_signo;
		ask_to_end(l, MACHINE_ESCAPED);
	}
}

static void
hear_person(struct loop *l)
{
	char bytes[256];
	ssize_t n = terminal_read(l->boot->terminal, bytes, sizeof(bytes));

	if (n < 0)
		ask_to_end(l, MACHINE_ESCAPED);
	/* The guest's serial port takes a line's worth at a time; what a person types faster than that is lost. */
	if (n > 0 && write(l->qemu.input, bytes, (size_t)n) < 0 && errno != EAGAIN)
		ask_to_end(l, MACHINE_ESCAPED);
}

static void
check_limit(struct loop *l, double since, uint64_t limit)
{
	if (limit == 0 || now() < since + (double)limit)
		return;
	l->boot->limit_s = limit;
	ask_to_end(l, MACHINE_SILENT);
}

static void
check_limits(struct loop *l)
{
	const struct boot_limits *limits = &l->boot->limits;

	if (l->kill_at != 0) {
		if (now() > l->kill_at)
			qemu_kill(&l->qemu);
		return;
	}
	check_limit(l, l->started, limits->total);
	if (limits->silence == 0)
		return;
	if (l->stage == STAGE_END) {
		if (now() > l->staged + END_S)
			ask_to_end(l, MACHINE_POWERED_OFF);
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
	    [POLL_CONSOLE] = {l->qemu.console, POLLIN, 0}, [POLL_ERRORS] = {l->qemu.errors, POLLIN, 0},
	    [POLL_QMP] = {l->qemu.qmp, POLLIN, 0},	   [POLL_SIGNAL] = {l->signals, POLLIN, 0},
	    [POLL_INPUT] = {person ? STDIN_FILENO : -1, POLLIN, 0},
	};
	int result = 0;

	if (poll(fds, POLLS, TICK_MS) < 0 && errno != EINTR)
		return -1;
	if (fds[POLL_SIGNAL].revents != 0)
		hear_signals(l);
	if (fds[POLL_INPUT].revents != 0)
		hear_person(l);
	if (fds[POLL_CONSOLE].revents != 0)
		result = hear_console(l);
	if (fds[POLL_QMP].revents != 0)
		hear_qmp(l);
	if (fds[POLL_ERRORS].revents != 0)
		hear_errors(l);
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

		while (gone && (result = hear_console(l)) > 0)
			continue;
		while (gone && (hear_qmp(l) > 0 || hear_errors(l) > 0))
			continue;
		if (result < 0)
			return -1;
		check_limits(l);
		if (l->boot->terminal != NULL && now() > tick) {
			terminal_progress(l->boot->terminal, l->stage, now() - l->staged);
			tick = now() + TICK_MS / 1000.0;
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
	l->started = l->heard = l->staged = now();
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
