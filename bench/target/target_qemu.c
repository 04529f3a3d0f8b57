/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/seconds.h"
#include "target/qemu.h"
#include "target/qmp.h"
#include "target/target.h"

enum { QUIT_S = 2 /* for QEMU to quit when asked to */ };

enum { EVENT_QMP, EVENT_ERRORS };

struct target_qemu {
	struct target target; /* the first member, so that a pointer to it can be cast */
	struct qemu qemu;
	struct qmp qmp;
	double kill_at; /* 0: QEMU was not asked to quit */
	size_t error_used;
};

static int
read_qmp(struct target_qemu *q)
{
	char bytes[4096];
	ssize_t n = read(q->qemu.qmp, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	if (qmp_feed(&q->qmp, bytes, (size_t)n) != 0 && q->qmp.step != QMP_RUNNING)
		snprintf(q->qmp.error, sizeof(q->qmp.error), "%s", strerror(errno));
	if (q->kill_at == 0 && (q->qmp.stopped || q->qmp.error[0] != '\0'))
		q->target.failed = true;
	return 1;
}

static int
read_errors(struct target_qemu *q)
{
	char bytes[1024];
	ssize_t n = read(q->qemu.errors, bytes, sizeof(bytes));
	size_t room = sizeof(q->target.error) - 1 - q->error_used;

	if (n <= 0)
		return 0;
	size_t taken = (size_t)n < room ? (size_t)n : room;
	memcpy(q->target.error + q->error_used, bytes, taken);
	q->error_used += taken;
	return 1;
}

static int
read_event(struct target *t, size_t event)
{
	struct target_qemu *q = (struct target_qemu *)t;

	return event == EVENT_QMP ? read_qmp(q) : read_errors(q);
}

static void
kill_now(struct target *t)
{
	qemu_kill(&((struct target_qemu *)t)->qemu);
}

static void
ask_to_end(struct target *t, enum machine_end why)
{
	struct target_qemu *q = (struct target_qemu *)t;

	(void)why;
	if (q->kill_at != 0)
		return;
	q->kill_at = seconds_now() + QUIT_S;
	if (qmp_quit(&q->qmp) != 0)
		kill_now(t);
}

/* Keeps only the first line of QEMU's errors that is not a warning, without the program's name. */
static void
choose_error(char *words)
{
	static const char program[] = QEMU_PROGRAM ": ";

	for (char *line = words, *next; *line != '\0'; line = next) {
		size_t length = strcspn(line, "\r\n");
		next = line + length + strspn(line + length, "\r\n");
		line[length] = '\0';
		if (strstr(line, "warning: ") == NULL) {
			size_t own =
			    strncmp(line, program, strlen(program)) == 0 ? strlen(program) : 0;
			memmove(words, line + own, length - own + 1);
			return;
		}
	}
	words[0] = '\0';
}

/*
 * Stores how the machine ended. Power-off and reset both end QEMU with status 0; only the event
 * distinguishes them.
 */
static void
store_end(struct target_qemu *q, int status)
{
	struct target *t = &q->target;

	snprintf(t->version, sizeof(t->version), "%s", q->qmp.version);
	snprintf(t->type, sizeof(t->type), "%s", q->qmp.machine);
	choose_error(t->error);
	if (q->qmp.error[0] != '\0')
		snprintf(t->error, sizeof(t->error), "%s", q->qmp.error);
	else if (q->qmp.stopped && t->error[0] == '\0')
		snprintf(t->error, sizeof(t->error), "it stopped the machine (internal error)");
	else if (WIFSIGNALED(status) && q->kill_at == 0 && t->error[0] == '\0')
		snprintf(t->error, sizeof(t->error), "it was killed by signal %d",
			 WTERMSIG(status));
	t->end = t->failed || !q->qmp.shutdown || !q->qmp.by_guest ? MACHINE_FAILED
		 : q->qmp.by_reset				   ? MACHINE_RESET
								   : MACHINE_POWERED_OFF;
}

static bool
is_gone(struct target *t)
{
	struct target_qemu *q = (struct target_qemu *)t;
	int status;

	if (q->qemu.pid == 0)
		return true;
	if (q->kill_at != 0 && seconds_now() > q->kill_at)
		kill_now(t);
	if (!qemu_is_gone(&q->qemu, &status))
		return false;
	t->pid = 0;
	while (read_qmp(q) > 0 || read_errors(q) > 0)
		continue;
	store_end(q, status);
	return true;
}

static void
close_all(struct target *t)
{
	struct target_qemu *q = (struct target_qemu *)t;

	qemu_close(&q->qemu);
	free(q);
}

struct target *
target_qemu_start(const struct machine *machine)
{
	static const struct target_operations operations = {read_event, ask_to_end, kill_now,
							    is_gone, close_all};
	struct target_qemu *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	if (qemu_start(&q->qemu, machine) != 0) {
		free(q);
		return NULL;
	}
	q->qmp.fd = q->qemu.qmp;
	q->target.operations = &operations;
	q->target.console = q->qemu.console;
	q->target.input = q->qemu.input;
	q->target.events[EVENT_QMP] = q->qemu.qmp;
	q->target.events[EVENT_ERRORS] = q->qemu.errors;
	q->target.started = true;
	q->target.pid = q->qemu.pid;
	return &q->target;
}
