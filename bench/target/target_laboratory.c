/* SPDX-License-Identifier: MIT */
/*
 * A machine in a laboratory as a target. Its line is opened first, so that no output is lost; then
 * come the steps that start the machine. At its end, for any reason, come the steps that end it;
 * then the line is closed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/seconds.h"
#include "target/laboratory_steps.h"
#include "target/target.h"

enum {
	EXIT_S = 2, /* for the console's command to exit after the end of its output */
	PAUSE_NS = 10 * 1000 * 1000,
	REST_READS = 32,
};

enum { EVENT_STEPS, EVENT_CONSOLE };

struct laboratory_target {
	struct target target; /* the first member, so that a pointer to it can be cast */
	struct laboratory_line line;
	struct laboratory_steps steps;
	bool ending;
	double hung_up_at; /* when the line ended; 0: the machine was ended otherwise */
	bool gone;
};

/* Marks the target as failed. Returns the buffer for the reason; only the first reason is kept. */
static char *
set_error(struct laboratory_target *l)
{
	static char dropped[TARGET_ERROR_MAX];
	char *error = l->target.failed ? dropped : l->target.error;

	l->target.failed = true;
	l->target.end = MACHINE_TARGET_FAILED;
	return error;
}

/*
 * Ends the line. Returns whether it has ended. Reports a console command that failed without any
 * output.
 */
static bool
end_console(struct laboratory_target *l)
{
	siginfo_t how;

	if (l->hung_up_at != 0 && l->line.command.asked_at == 0 && l->line.command.pid != 0) {
		if (command_has_ended(&l->line.command, &how)) {
			for (int i = 0; i < REST_READS &&
					command_read_errors(&l->line.command, l->line.errors) > 0;
			     i++)
				continue;
			if (!l->target.has_output && !command_succeeded(&how))
				command_describe_end(&l->line.command, &how, set_error(l),
						     TARGET_ERROR_MAX);
		} else if (seconds_now() < l->hung_up_at + EXIT_S) {
			return false;
		}
	}
	return command_end(&l->line.command);
}

static void
ask_to_end(struct target *t, enum machine_end why)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	l->ending = true;
	laboratory_steps_end(&l->steps, why, t->started);
}

static void
kill_now(struct target *t)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	l->ending = true;
	laboratory_steps_kill(&l->steps);
	command_kill(&l->line.command);
}

/* Checks whether the machine has ended by itself. */
static void
check_end(struct laboratory_target *l)
{
	struct target *t = &l->target;

	if (l->steps.is_back) {
		t->end = MACHINE_RETURNED;
		ask_to_end(t, MACHINE_RETURNED);
	} else if (t->hung_up) {
		t->end = MACHINE_POWERED_OFF;
		l->hung_up_at = seconds_now();
		ask_to_end(t, MACHINE_POWERED_OFF);
	}
}

static bool
is_gone(struct target *t)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	if (l->gone)
		return true;
	/* Without a line the machine is not switched on. */
	bool idle = l->line.output < 0 || laboratory_steps_go_on(&l->steps);
	enum machine_end end = t->end;
	if (l->steps.failed)
		strcpy(set_error(l), l->steps.error);
	if (end != MACHINE_UNKNOWN)
		t->end = end;
	t->started |= (idle || laboratory_steps_watches(&l->steps)) && !t->failed;
	if (!l->ending) {
		check_end(l);
		return false;
	}
	if (!idle || !end_console(l))
		return false;
	if (t->end == MACHINE_UNKNOWN)
		t->end = MACHINE_POWERED_OFF;
	l->gone = true;
	return true;
}

static int
read_event(struct target *t, size_t event)
{
	struct laboratory_target *l = (struct laboratory_target *)t;

	return event == EVENT_STEPS ? laboratory_steps_read_errors(&l->steps)
				    : command_read_errors(&l->line.command, l->line.errors);
}

static void
close_all(struct target *t)
{
	static const struct timespec moment = {0, PAUSE_NS};
	struct laboratory_target *l = (struct laboratory_target *)t;

	for (ask_to_end(t, MACHINE_ESCAPED); !is_gone(t);)
		nanosleep(&moment, NULL);
	laboratory_line_close(&l->line);
	laboratory_steps_close(&l->steps);
	free(l);
}

struct target *
target_laboratory_start(const struct machine *machine)
{
	static const struct target_operations operations = {read_event, ask_to_end, kill_now,
							    is_gone, close_all};
	const struct laboratory *laboratory = machine->laboratory;
	struct laboratory_target *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	if (laboratory_steps_open(&l->steps, machine) != 0) {
		free(l);
		return NULL;
	}
	l->target = (struct target){.operations = &operations};
	if (laboratory_line_open(&l->line, machine, l->target.error, sizeof(l->target.error)) != 0)
		set_error(l);
	l->target.console = l->line.output;
	l->target.input = l->line.input;
	l->target.events[EVENT_STEPS] = l->steps.errors[0];
	l->target.events[EVENT_CONSOLE] = l->line.errors;
	strcpy(l->target.type, laboratory->console != NULL ? "command" : "tty");
	return &l->target;
}
