/* SPDX-License-Identifier: MIT */
#include "run/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/console_out.h"
#include "run/capture.h"
#include "run/run.h"

/*
 * Pipes instead of files for an experiment's output: init copies it during the run to the capture,
 * for programs that reopen /dev/stdout, or to the console, which the experiment must not access
 * itself: it could write records. This wakes init up.
 */

int
pump_open(struct pump *pump, const struct capture *capture)
{
	sigset_t set = wait_signals();
	int pair[2], problem = 0;

	*pump = (struct pump){{-1, -1}, {-1, -1}, {-1, -1}, -1, false};
	for (int i = 0; i < PUMPS && problem == 0; i++) {
		if (pipe2(pair, O_CLOEXEC) != 0) {
			problem = errno;
			continue;
		}
		pump->out[i] = pair[0];
		pump->in[i] = pair[1];
		pump->to[i] = capture != NULL ? capture->files[CAPTURE_OUT + i] : -1;
		fcntl(pair[0], F_SETFL, O_NONBLOCK);
	}
	pump->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (problem == 0 && pump->signals < 0)
		problem = errno;
	if (problem == 0)
		return 0;
	pump_close(pump);
	errno = problem;
	return -1;
}

/*
 * Copies one piece, so that an endless writer does not delay a deadline. Returns false if there was
 * none.
 */
static bool
copy_output(struct pump *pump, int i)
{
	char buffer[16384];
	ssize_t got = read(pump->out[i], buffer, sizeof(buffer));

	if (got > 0 && pump->to[i] < 0)
		console_write_escaped(buffer, (size_t)got);
	for (ssize_t at = 0, done; at < got && pump->to[i] >= 0; at += done)
		if ((done = write(pump->to[i], buffer + at, (size_t)(got - at))) <= 0) {
			pump->refused = true;
			break;
		}
	if (got == 0) {
		close(pump->out[i]);
		pump->out[i] = -1;
	}
	return got > 0;
}

/*
 * Copies available output, and waits for more or a signal until `deadline_ns` of clock_now_ns(), 0:
 * none. Returns the signal, or 0.
 */
static int
pump_wait(struct pump *pump, uint64_t deadline_ns)
{
	struct pollfd polled[PUMPS + 1] = {{.fd = pump->signals, .events = POLLIN}};
	struct timespec left = {0};
	struct signalfd_siginfo info;
	uint64_t now = deadline_ns != 0 ? clock_now_ns() : 0;

	if (deadline_ns > now)
		left = (struct timespec){(time_t)((deadline_ns - now) / SECOND_NS),
					 (long)((deadline_ns - now) % SECOND_NS)};
	for (int i = 0; i < PUMPS; i++)
		polled[i + 1] = (struct pollfd){.fd = pump->out[i], .events = POLLIN};
	if (ppoll(polled, PUMPS + 1, deadline_ns != 0 ? &left : NULL, NULL) <= 0)
		return 0;
	for (int i = 0; i < PUMPS; i++)
		if (polled[i + 1].revents != 0)
			copy_output(pump, i);
	return read(pump->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)
		   ? (int)info.ssi_signo
		   : 0;
}

void
pump_close(struct pump *pump)
{
	for (int i = 0; i < PUMPS; i++) {
		if (pump->in[i] >= 0)
			close(pump->in[i]);
		while (pump->out[i] >= 0 && copy_output(pump, i))
			;
		if (pump->out[i] >= 0)
			close(pump->out[i]);
	}
	if (pump->signals >= 0)
		close(pump->signals);
}

enum { REAP_AT_ONCE = 64 }; /* between checks of the deadline */

sigset_t
wait_signals(void)
{
	static const unsigned char signals[] = {SIGCHLD, SIGTERM, SIGUSR1, SIGUSR2, SIGINT, SIGPWR};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals); i++)
		sigaddset(&set, signals[i]);
	return set;
}

void
wait_note_end(struct wait *w, int status, const struct rusage *usage)
{
	w->ended = true;
	if (w->result == NULL)
		return;
	w->result->wall_ns = clock_now_ns() - w->started_ns;
	w->result->status = status;
	w->result->usage = *usage;
}

/* Reaps some processes. Returns false if none is left to reap now. */
static bool
reap(struct wait *w)
{
	struct rusage usage;
	int status;

	for (int i = 0; i < REAP_AT_ONCE; i++) {
		pid_t pid = wait4(-1, &status, WNOHANG, &usage);

		if (pid < 0 && errno == EINTR)
			continue;
		w->alone = pid < 0;
		if (pid <= 0)
			return false;
		/*
		 * The process asked init, its parent, to trace it (PTRACE_TRACEME): detach it, with
		 * its pending signal.
		 */
		if (WIFSTOPPED(status))
			ptrace(PTRACE_DETACH, pid, 0,
			       (long)(WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status)));
		else if (pid == w->pid)
			wait_note_end(w, status, &usage);
	}
	return true;
}

/* Sleeps until an event or the deadline. Sleeping without a deadline needs no timer. */
static void
sleep_until_event(struct wait *w)
{
	sigset_t set = wait_signals();
	struct timespec left = {0};
	uint64_t now = w->deadline_ns != 0 ? clock_now_ns() : 0;
	int signal;

	if (w->deadline_ns > now)
		left = (struct timespec){(time_t)((w->deadline_ns - now) / SECOND_NS),
					 (long)((w->deadline_ns - now) % SECOND_NS)};
	if (w->pump != NULL)
		signal = pump_wait(w->pump, w->deadline_ns);
	else
		signal = sigtimedwait(&set, NULL, w->deadline_ns != 0 ? &left : NULL);
	if (signal > 0 && signal != SIGCHLD)
		w->signal = signal;
}

bool
wait_for(struct wait *w, bool all, uint64_t seconds)
{
	w->deadline_ns = seconds != 0 ? clock_now_ns() + seconds * SECOND_NS : 0;
	for (;;) {
		bool more = reap(w);

		if (all ? w->alone : w->ended || w->alone)
			return true;
		if ((w->deadline_ns != 0 && clock_now_ns() >= w->deadline_ns) ||
		    (!all && w->signal != 0))
			return false;
		if (!more)
			sleep_until_event(w);
	}
}
