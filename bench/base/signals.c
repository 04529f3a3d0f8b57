/* SPDX-License-Identifier: MIT */
#include "base/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>

int
signals_catch(bool children, sigset_t *before)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action;
	sigset_t caught;

	sigemptyset(&caught);
	if (children)
		sigaddset(&caught, SIGCHLD);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&caught, signals[i]);
	sigprocmask(SIG_BLOCK, &caught, before);
	return signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}
