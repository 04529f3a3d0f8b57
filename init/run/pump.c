/* SPDX-License-Identifier: MIT */
#include "run/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/console_out.h"
#include "run/capture.h"
#include "run/wait.h"

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

/* Moves a piece, so that a command that writes without end delays no deadline; false: there was none. */
static bool
move(struct pump *pump, int i)
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

int
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
			move(pump, i);
	return read(pump->signals, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

void
pump_close(struct pump *pump)
{
	for (int i = 0; i < PUMPS; i++) {
		if (pump->in[i] >= 0)
			close(pump->in[i]);
		while (pump->out[i] >= 0 && move(pump, i))
			;
		if (pump->out[i] >= 0)
			close(pump->out[i]);
	}
	if (pump->signals >= 0)
		close(pump->signals);
}
