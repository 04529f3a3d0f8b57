/* SPDX-License-Identifier: MIT */
/*
 * A machine on a table. Its line is opened first, so that nothing is lost; then come the commands: boot, and
 * power-cycle, or power-off and power-on where there is no such. At its end, for whatever reason, come power-off and
 * the end of the line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "laboratory_line.h"
#include "seconds.h"
#include "target.h"

enum {
	QUEUE_MAX = 3,
	EXIT_S = 2, /* for the console's command to end, once its output has */
	PAUSE_NS = 10 * 1000 * 1000,
	REST_READS = 32,
};

enum { EVENT_CONTROL, EVENT_CONSOLE };

struct laboratory_target {
	struct target target; /* the first, so that a pointer to it is one to this */
	const struct machine *machine;
	struct laboratory_line line;
	/* A pipe, the standard error of all commands but the line's: what these leave behind may go on writing. */
	int errors[2];
	struct {
		const char *name;
		char *const *argv;
	} queue[QUEUE_MAX]; /* of what is to be done */
	size_t queued;
	struct command control; /* what is being done */
	double limit_at;
	bool interrupted; /* it is being ended */
	bool ending;
	double hung_up_at; /* 0: it was not the line that ended first */
	bool gone;
};

static void
enqueue(struct laboratory_target *l, const char *name, char *const *argv)
{
	if (argv == NULL)
		return;
	l->queue[l->queued].name = name;
	l->queue[l->queued++].argv = argv;
}

/* The first reason is told. What was still to be done for the start is not. Returns where to write the reason. */
static char *
fail(struct laboratory_target *l)
{
	static char dropped[TARGET_ERROR_MAX];
	char *error = l->target.failed ? dropped : l->target.error;

	l->target.failed = true;
	l->target.end = MACHINE_TARGET_FAILED;
	l->queued = 0;
	return error;
}

static unsigned
limit_of(const struct laboratory_target *l)
{
	unsigned limit = l->machine->laboratory->limit_s;

	return limit != 0 ? limit : LABORATORY_LIMIT_S;
}

static void
start_next(struct laboratory_target *l)
{
	const int fds[3] = {-1, -1, l->errors[1]};

	if (command_start(&l->control, l->queue[0].name, l->queue[0].argv, l->machine, fds) != 0) {
		command_tell_start(&l->control, errno, fail(l), TARGET_ERROR_MAX);
		return;
	}
	l->limit_at = seconds_now() + limit_of(l);
	l->queued--;
	memmove(l->queue, l->queue + 1, l->queued * sizeof(l->queue[0]));
}

/* Looks after the command that runs. Returns whether there is none any more. */
static bool
control_is_over(struct laboratory_target *l)
{
	siginfo_t how;

	if (l->control.pid == 0)
		return true;
	if (!l->interrupted && command_has_ended(&l->control, &how)) {
		for (int i = 0; i < REST_READS && command_hear(&l->control, l->errors[0]) > 0; i++)
			continue;
		if (!command_succeeded(&how))
			command_tell_end(&l->control, &how, fail(l), TARGET_ERROR_MAX);
		command_forget(&l->control);
		return true;
	}
	if (!l->interrupted && seconds_now() >= l->limit_at) {
		command_tell_limit(&l->control, limit_of(l), fail(l), TARGET_ERROR_MAX);
		l->interrupted = true;
	}
	if (!l->interrupted || !command_end(&l->control))
		return false;
	l->interrupted = false;
	return true;
}

/* Returns whether nothing is left to be done. */
static bool
go_on(struct laboratory_target *l)
{
	while (control_is_over(l)) {
		if (l->queued == 0)
			return true;
		start_next(l);
	}
	return false;
}

/* Ends the line. Returns whether it has ended. A command that has never had a line, and failed, is told. */
static bool
end_console(struct laboratory_target *l)
{
	siginfo_t how;

	if (l->hung_up_at != 0 && l->line.command.asked_at == 0 && l->line.command.pid != 0) {
		if (command_has_ended(&l->line.command, &how)) {
			for (int i = 0; i < REST_READS && command_hear(&l->line.command, l->line.errors) > 0; i++)
				continue;
			if (!l->target.spoke && !command_succeeded(&how))
				command_tell_end(&l->line.command, &how, fail(l), TARGET_ERROR_MAX);
		} else if (seconds_now() < l->hung_up_at + EXIT_S) {
			return false;
		}
	}
	return command_end(&l->line.command);
}

static void
ask_to_end(struct target *t)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	if (l->ending)
		return;
	l->ending = true;
	l->interrupted = l->control.pid != 0;
	l->queued = 0;
	/* Where there is no line, nothing was switched on. */
	if (t->console >= 0)
		enqueue(l, "power-off", l->machine->laboratory->power_off);
}

static void
kill_now(struct target *t)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	ask_to_end(t);
	l->queued = 0;
	l->interrupted = l->control.pid != 0;
	command_kill(&l->control);
	command_kill(&l->line.command);
}

static bool
is_gone(struct target *t)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	if (l->gone)
		return true;
	bool idle = go_on(l);
	t->started |= idle && !t->failed;
	if (t->hung_up && !l->ending) {
		l->hung_up_at = seconds_now();
		ask_to_end(t);
		return false;
	}
	if (!l->ending || !idle || !end_console(l))
		return false;
	if (!t->failed)
		t->end = MACHINE_POWERED_OFF;
	l->gone = true;
	return true;
}

static int
hear(struct target *t, size_t event)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	return event == EVENT_CONTROL ? command_hear(&l->control, l->errors[0])
				      : command_hear(&l->line.command, l->line.errors);
}

static void
close_all(struct target *t)
{
	static const struct timespec moment = {0, PAUSE_NS};
	struct laboratory_target *l = (struct laboratory_target *)t;

	for (ask_to_end(t); !is_gone(t);)
		nanosleep(&moment, NULL);
	laboratory_line_close(&l->line);
	close(l->errors[0]);
	close(l->errors[1]);
	free(l);
}

struct target *
target_laboratory_start(const struct machine *machine)
{
	static const struct target_operations operations = {hear, ask_to_end, kill_now, is_gone, close_all};
	const struct laboratory *laboratory = machine->laboratory;
	struct laboratory_target *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	if (pipe2(l->errors, O_CLOEXEC | O_NONBLOCK) != 0) {
		free(l);
		return NULL;
	}
	/* Its writers are no programs of ours, and need not know of it. */
	fcntl(l->errors[1], F_SETFL, 0);
	l->machine = machine;
	l->target = (struct target){.operations = &operations};
	if (laboratory_line_open(&l->line, machine, l->target.error, sizeof(l->target.error)) != 0)
		fail(l);
	l->target.console = l->line.output;
	l->target.input = l->line.input;
	l->target.events[EVENT_CONTROL] = l->errors[0];
	l->target.events[EVENT_CONSOLE] = l->line.errors;
	strcpy(l->target.type, laboratory->console != NULL ? "command" : "tty");
	if (l->target.failed)
		return &l->target;
	enqueue(l, "boot", laboratory->boot);
	enqueue(l, "power-cycle", laboratory->power_cycle);
	if (laboratory->power_cycle == NULL) {
		enqueue(l, "power-off", laboratory->power_off);
		enqueue(l, "power-on", laboratory->power_on);
	}
	return &l->target;
}
