/* SPDX-License-Identifier: MIT */
#include "run/wait.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/pump.h"
#include "run/run.h"

enum { REAP_AT_ONCE = 64 }; /* between looks at the clock */

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

/* Reaps some; false when there is nothing left to reap now. */
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
		/* It asked its parent, init, to trace it (PTRACE_TRACEME): it is let go, with the signal it stopped for. */
		if (WIFSTOPPED(status))
			ptrace(PTRACE_DETACH, pid, 0, (long)(WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status)));
		else if (pid == w->pid)
			wait_note_end(w, status, &usage);
	}
	return true;
}

/* Sleeps until something happens or the deadline passes. Sleeping for ever needs no timer. */
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
		if ((w->deadline_ns != 0 && clock_now_ns() >= w->deadline_ns) || (!all && w->signal != 0))
			return false;
		if (!more)
			sleep_until_event(w);
	}
}
