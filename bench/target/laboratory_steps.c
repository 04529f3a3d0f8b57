/* SPDX-License-Identifier: MIT */
#include "target/laboratory_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/seconds.h"

/* The line to a machine in a laboratory: a tty, or a command in place of one. */

static int
open_tty(struct laboratory_line *l, const struct laboratory *laboratory, char *error, size_t size)
{
	if (tty_open(&l->tty, laboratory->tty, laboratory->speed) == 0) {
		l->output = l->input = l->tty.fd;
		return 0;
	}
	snprintf(error, size, "cannot open %s at %u bits per second: %s", laboratory->tty,
		 laboratory->speed,
		 errno == EWOULDBLOCK ? "another process has locked it" : strerror(errno));
	return -1;
}

/* Opens a pipe whose end for bench is nonblocking; the other end is the command's. */
static int
open_pipe(int *ours, int *theirs, bool is_input)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	*ours = ends[is_input];
	*theirs = ends[!is_input];
	return fcntl(*ours, F_SETFL, O_NONBLOCK);
}

static int
open_command(struct laboratory_line *l, const struct machine *machine, char *error, size_t size)
{
	char *const *argv = machine->laboratory->console;
	int theirs[3] = {-1, -1, -1}, result = -1;

	l->command = (struct command){.name = "console", .argv = argv};
	if (open_pipe(&l->input, &theirs[0], true) == 0 &&
	    open_pipe(&l->output, &theirs[1], false) == 0 &&
	    open_pipe(&l->errors, &theirs[2], false) == 0)
		result = command_start(&l->command, "console", argv, machine, theirs);
	if (result != 0)
		command_describe_start(&l->command, errno, error, size);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	return result;
}

int
laboratory_line_open(struct laboratory_line *l, const struct machine *machine, char *error,
		     size_t size)
{
	*l = (struct laboratory_line){.output = -1, .input = -1, .errors = -1, .tty.fd = -1};
	int result = machine->laboratory->console != NULL
			 ? open_command(l, machine, error, size)
			 : open_tty(l, machine->laboratory, error, size);
	if (result != 0)
		laboratory_line_close(l);
	return result;
}

void
laboratory_line_close(struct laboratory_line *l)
{
	const int fds[] = {l->output, l->input, l->errors};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0 && fds[i] != l->tty.fd)
			close(fds[i]);
	tty_close(&l->tty);
	l->output = l->input = l->errors = -1;
}

/*
 * `boot` prepares the machine; power-cycle starts it, or power-off and power-on if there is no
 * power-cycle. At its end, for any reason, power-off switches it off.
 *
 * If a machine has its own system, bench waits for it, and `boot` restarts it. While the appliance
 * runs, bench checks whether the machine is back; at its end bench waits for it again. If the
 * machine hangs or does not come back, power-cycle restarts it.
 */

enum { FOREVER_S = 1000 * 1000 * 1000, REST_READS = 32 };

static const struct laboratory *
laboratory_of(const struct laboratory_steps *s)
{
	return s->machine->laboratory;
}

static bool
has_own_system(const struct laboratory_steps *s)
{
	return laboratory_of(s)->wait != NULL;
}

/*
 * Marks the steps as failed and drops those that are left. Returns the buffer for the reason; only
 * the first reason is kept.
 */
static char *
set_error(struct laboratory_steps *s)
{
	static char dropped[TARGET_ERROR_MAX];
	char *error = s->failed ? dropped : s->error;

	s->failed = true;
	s->queued = 0;
	return error;
}

static void
enqueue(struct laboratory_steps *s, const char *name, char *const *argv, unsigned limit_s)
{
	if (argv != NULL)
		s->queue[s->queued++] = (struct laboratory_step){name, argv, limit_s};
}

static void
enqueue_boot(struct laboratory_steps *s)
{
	unsigned limit_s = laboratory_of(s)->boot_s;

	enqueue(s, "boot", laboratory_of(s)->boot, limit_s != 0 ? limit_s : LABORATORY_LIMIT_S);
}

static void
enqueue_power(struct laboratory_steps *s, const char *name, char *const *argv)
{
	unsigned limit_s = laboratory_of(s)->limit_s;

	enqueue(s, name, argv, limit_s != 0 ? limit_s : LABORATORY_LIMIT_S);
}

static void
enqueue_wait(struct laboratory_steps *s)
{
	unsigned limit_s = laboratory_of(s)->return_s;

	enqueue(s, "wait", laboratory_of(s)->wait, limit_s != 0 ? limit_s : LABORATORY_RETURN_S);
}

static void
enqueue_start(struct laboratory_steps *s)
{
	const struct laboratory *l = laboratory_of(s);

	enqueue_wait(s);
	enqueue_boot(s);
	if (has_own_system(s)) {
		enqueue(s, "wait", l->wait, FOREVER_S);
	} else if (l->power_cycle != NULL) {
		enqueue_power(s, "power-cycle", l->power_cycle);
	} else {
		enqueue_power(s, "power-off", l->power_off);
		enqueue_power(s, "power-on", l->power_on);
	}
}

int
laboratory_steps_open(struct laboratory_steps *s, const struct machine *machine)
{
	*s = (struct laboratory_steps){.machine = machine};
	if (pipe2(s->errors, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	/* The commands must not inherit O_NONBLOCK on their end. */
	fcntl(s->errors[1], F_SETFL, 0);
	enqueue_start(s);
	return 0;
}

void
laboratory_steps_close(struct laboratory_steps *s)
{
	close(s->errors[0]);
	close(s->errors[1]);
}

int
laboratory_steps_read_errors(struct laboratory_steps *s)
{
	return command_read_errors(&s->command, s->errors[0]);
}

static void
start_next(struct laboratory_steps *s)
{
	const int fds[3] = {-1, -1, s->errors[1]};

	s->step = s->queue[0];
	s->limit_at = seconds_now() + s->step.limit_s;
	s->queued--;
	memmove(s->queue, s->queue + 1, s->queued * sizeof(s->queue[0]));
	if (command_start(&s->command, s->step.name, s->step.argv, s->machine, fds) != 0)
		command_describe_start(&s->command, errno, set_error(s), TARGET_ERROR_MAX);
}

bool
laboratory_steps_watches(const struct laboratory_steps *s)
{
	return s->command.pid != 0 && s->step.limit_s == FOREVER_S;
}

/*
 * Queues a power cycle and repeats the steps of the start or the end. Returns false if the machine
 * has no power-cycle, or was cycled already.
 */
static bool
queue_power_cycle(struct laboratory_steps *s)
{
	if (!has_own_system(s) || s->cycled || laboratory_of(s)->power_cycle == NULL)
		return false;
	s->cycled = true;
	s->queued = 0;
	enqueue_power(s, "power-cycle", laboratory_of(s)->power_cycle);
	if (s->ending)
		enqueue_wait(s);
	else
		enqueue_start(s);
	return true;
}

/*
 * Handles the end of the current command. A watch that fails is just dropped, as only the console
 * shows whether the appliance runs.
 */
static void
finish_step(struct laboratory_steps *s, const siginfo_t *how)
{
	bool watched = laboratory_steps_watches(s);

	for (int i = 0; i < REST_READS && laboratory_steps_read_errors(s) > 0; i++)
		continue;
	if (command_succeeded(how))
		s->is_back = watched || (s->ending && s->step.argv == laboratory_of(s)->wait);
	else if (!watched)
		command_describe_end(&s->command, how, set_error(s), TARGET_ERROR_MAX);
	command_forget(&s->command);
}

/* Returns whether no command is running. */
static bool
is_over(struct laboratory_steps *s)
{
	siginfo_t how;

	if (s->command.pid == 0)
		return true;
	if (!s->interrupted && command_has_ended(&s->command, &how)) {
		finish_step(s, &how);
		return true;
	}
	if (!s->interrupted && seconds_now() >= s->limit_at) {
		s->interrupted = true;
		if (s->step.argv != laboratory_of(s)->wait || !queue_power_cycle(s))
			command_describe_limit(&s->command, s->step.limit_s, set_error(s),
					       TARGET_ERROR_MAX);
	}
	if (!s->interrupted || !command_end(&s->command))
		return false;
	s->interrupted = false;
	return true;
}

bool
laboratory_steps_go_on(struct laboratory_steps *s)
{
	while (is_over(s)) {
		if (s->queued == 0)
			return true;
		start_next(s);
	}
	return false;
}

void
laboratory_steps_end(struct laboratory_steps *s, enum machine_end why, bool started)
{
	bool hangs = why == MACHINE_SILENT || why == MACHINE_FLOODED;

	if (s->ending && why == MACHINE_ESCAPED && has_own_system(s)) {
		s->queued = 0;
		s->interrupted |= s->command.pid != 0 && s->step.argv == laboratory_of(s)->wait;
	}
	if (s->ending)
		return;
	s->ending = true;
	s->cycled = false;
	s->interrupted = s->command.pid != 0;
	s->queued = 0;
	if (!has_own_system(s))
		enqueue_power(s, "power-off", laboratory_of(s)->power_off);
	/* Do not wait after an interrupt: the machine comes back by itself. */
	else if (started && !s->is_back && why != MACHINE_ESCAPED &&
		 !(hangs && queue_power_cycle(s)))
		enqueue_wait(s);
}

void
laboratory_steps_kill(struct laboratory_steps *s)
{
	laboratory_steps_end(s, MACHINE_ESCAPED, false);
	s->queued = 0;
	s->interrupted = s->command.pid != 0;
	command_kill(&s->command);
}
