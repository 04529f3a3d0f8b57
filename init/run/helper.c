/* SPDX-License-Identifier: MIT */
#include "run/helper.h"

#include <sched.h>
#include <stdlib.h>

#include "run/wait.h"

enum { STACK = 16 << 10 };

unsigned helper_limit_s = 60;

static bool stuck;

bool
helper_run(int (*work)(void *argument), void *argument)
{
	char *stack = malloc(STACK);
	struct wait w = {
	    .pid = stack != NULL ? clone(work, stack + STACK, CLONE_VM | SIGCHLD, argument) : -1};

	/* A request to end the machine now does not stop work in progress. */
	while (w.pid > 0 && !wait_for(&w, false, helper_limit_s) && w.signal != 0)
		w.signal = 0;
	bool ended = w.ended || w.alone;
	stuck |= !ended;
	if (ended)
		free(stack);
	return ended;
}

bool
helper_is_stuck(void)
{
	return stuck;
}
