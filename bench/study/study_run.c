/* SPDX-License-Identifier: MIT */
#include "study/study_run.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/seconds.h"
#include "base/signals.h"
#include "study/study_boot.h"
#include "study/study_node.h"
#include "study/study_tell.h"
#include "target/cpu_share.h"

enum { TICK_MS = 250, LINE_MAX_BYTES = 1024 * 1024 };

/* With nodes the one of the same number. */
struct under_way {
	pid_t pid; /* 0: the place is free */
	struct study_node node;
	int out;
	double started;
	unsigned readings; /* of the files, before the boot */
	struct study_job job;
	cpu_set_t cpus;
	struct bytes line;
};

struct run {
	struct study *study;
	const struct study_rules *rules;
	struct under_way *jobs; /* rules->jobs of them */
	unsigned running;
	int signals;
	int signal; /* the first that came; 0: none */
	unsigned signals_heard;
	bool failed;
	struct study_tell tell;
};

int
study_run_check(const struct study *s, const struct study_rules *rules)
{
	cpu_set_t allowed;
	unsigned guest = s->plan.cpus > 0 ? (unsigned)s->plan.cpus : 1, count = cpu_share_allowed(&allowed);
	/* Machines of a laboratory have their own. */
	unsigned jobs = rules->is_pinned ? rules->jobs : 1;

	if (count == 0)
		return -1;
	if (jobs * guest <= count || rules->oversubscribe)
		return 0;
	if (guest > count)
		warnx("cpus %u: this machine has %u: see --oversubscribe", guest, count);
	else
		warnx("-j %u: with %u CPU%s each that is more than the %u of this machine: see --oversubscribe", jobs,
		      guest, text_plural(guest), count);
	return -1;
}

/* Tells those who ask what is under way. */
static void
tell_lock(const struct run *r)
{
	enum { LAST_LINE = 32 };
	char buffer[JOURNAL_TOLD_MAX];
	struct text t = text_in(buffer, sizeof(buffer) - LAST_LINE);
	unsigned more = 0;

	text_string(&t, "process ");
	text_number(&t, (uint64_t)getpid());
	text_char(&t, '\n');
	for (unsigned i = 0; i < r->rules->jobs; i++) {
		size_t used = t.used;
		if (r->jobs[i].pid == 0)
			continue;
		text_field_string(&t, "booting", r->study->cells.at[r->jobs[i].job.cell].name);
		more += t.full;
		if (t.full)
			t.used = used; /* whole lines only */
	}
	t.size += LAST_LINE;
	t.full = false;
	if (more > 0)
		text_field(&t, "booting more:", more);
	journal_tell(&r->study->journal, t.data, t.used);
}

static void
fail(struct run *r, const char *what)
{
	study_tell_clear(&r->tell);
	warn("%s: cannot %s", r->study->path, what);
	r->failed = true;
}

/* Starts the boot that a place is to make next, if there is one now. */
static void
start_boot(struct run *r, struct under_way *place)
{
	struct study *s = r->study;
	size_t machine = s->plan.node_count > 0 ? (size_t)(place - r->jobs) : 0;
	struct study_job job = {.node = machine, .accel = r->rules->accel, .folder = s->consoles};

	if (queue_take(&s->queue, machine, &job.cell, &job.block) != QUEUE_NEXT)
		return;
	study_tell_clear(&r->tell);
	if (study_check_files(s, job.cell, &place->readings) != 0) {
		queue_put_back(&s->queue, job.cell, job.block);
		r->failed = true;
		return;
	}
	job.number = ++s->last;
	study_console_name(job.number, job.console);
	job.cpus = r->rules->is_pinned ? &place->cpus : NULL;
	place->job = job;
	place->started = seconds_now();
	place->pid = study_boot_start(s, &place->job, &place->out);
	if (place->pid < 0) {
		place->pid = 0;
		queue_put_back(&s->queue, job.cell, job.block);
		fail(r, "start a boot");
		return;
	}
	r->running++;
	r->tell.cell = s->cells.at[job.cell].name;
	r->tell.started = place->started;
	tell_lock(r);
}

static void
start_boots(struct run *r)
{
	for (unsigned i = 0; i < r->rules->jobs && !r->failed && r->signal == 0; i++)
		if (r->jobs[i].pid == 0 && !r->jobs[i].node.is_given_up)
			start_boot(r, &r->jobs[i]);
}

/* One of several machines that is of no use is done without. */
static void
judge_node(struct run *r, struct under_way *place, const struct study_line *line)
{
	const struct study *s = r->study;

	if (s->plan.node_count == 0 || !study_node_judge(&place->node, s, line))
		return;
	queue_give_up(&r->study->queue, place->job.node);
	study_tell_clear(&r->tell);
	warnx("%s: node %s is given up, after %llu boot%s in a row that did not begin", s->path,
	      s->plan.nodes[place->job.node].label, (unsigned long long)place->node.vain,
	      text_plural(place->node.vain));
	for (unsigned i = 0; i < r->rules->jobs; i++)
		if (!r->jobs[i].node.is_given_up)
			return;
	warnx("%s: no node is left", s->path);
	r->failed = true;
}

/* Takes the line of a boot that has ended into the journal. */
static void
keep_line(struct run *r, struct under_way *place, const char *text, size_t length)
{
	struct study_line line;

	/* Before it is in the journal, which could not be read any more. */
	if (study_line_read(&line, text, length) != 0) {
		errno = EINVAL;
		fail(r, "read the line of a boot again");
		return;
	}
	study_tell_clear(&r->tell);
	if (study_recheck_files(r->study, place->job.cell, place->readings) != 0) {
		r->failed = true;
		queue_put_back(&r->study->queue, place->job.cell, place->job.block);
	} else if (journal_append(&r->study->journal, text, length) != 0) {
		fail(r, errno == ESTALE ? "write the journal, which another program removed or cut" : "write the journal");
	} else {
		study_count(r->study, &line);
		study_tell_boot(&r->tell, r->study, &line);
		judge_node(r, place, &line);
	}
	study_line_free(&line);
}

static void
finish_boot(struct run *r, struct under_way *place)
{
	struct bytes *line = &place->line;
	int status = 0;

	while (waitpid(place->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	close(place->out);
	place->pid = 0;
	r->running--;
	if (WIFEXITED(status) && WEXITSTATUS(status) == STUDY_BOOT_DONE && line->length > 0 &&
	    line->data[line->length - 1] == '\n') {
		keep_line(r, place, line->data, line->length - 1);
	} else if (WIFSIGNALED(status) && r->signal == 0 && !r->failed) {
		char *lost = study_boot_lost(r->study, &place->job, WTERMSIG(status), seconds_now() - place->started);
		if (lost != NULL)
			keep_line(r, place, lost, strlen(lost));
		else
			fail(r, "keep a boot whose process was killed");
		free(lost);
	} else {
		queue_put_back(&r->study->queue, place->job.cell, place->job.block);
		r->failed |= !WIFEXITED(status) || WEXITSTATUS(status) != STUDY_BOOT_ENDED;
	}
	study_boot_forget(&place->job);
	line->length = 0;
	tell_lock(r);
}

static void
hear_boot(struct run *r, struct under_way *place)
{
	char bytes[16 * 1024];
	ssize_t n = read(place->out, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0 && place->line.length < LINE_MAX_BYTES && bytes_add(&place->line, bytes, (size_t)n) == 0)
		return;
	if (n > 0)
		kill(place->pid, SIGKILL);
	finish_boot(r, place);
}

/* The first signal waits for the boots under way, the second for their machines' end, the third for nothing. */
static void
hear_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (r->signals_heard++ == 0) {
			r->signal = (int)info.ssi_signo;
			if (r->running > 0)
				study_tell_stopping(&r->tell, r->running);
			continue;
		}
		for (unsigned i = 0; i < r->rules->jobs; i++)
			if (r->jobs[i].pid != 0)
				kill(r->jobs[i].pid, r->signals_heard == 2 ? SIGTERM : SIGKILL);
	}
}

static int
wait_and_hear(struct run *r)
{
	struct pollfd fds[STUDY_JOBS_MAX + 1] = {{r->signals, POLLIN, 0}};
	unsigned jobs = r->rules->jobs;
	bool ticks = study_tell_is_live(&r->tell) || r->study->journal.synced.length != r->study->journal.length;

	for (unsigned i = 0; i < jobs; i++)
		fds[i + 1] = (struct pollfd){r->jobs[i].pid != 0 ? r->jobs[i].out : -1, POLLIN, 0};
	if (poll(fds, jobs + 1, ticks ? TICK_MS : -1) < 0 && errno != EINTR)
		return -1;
	if (fds[0].revents != 0)
		hear_signals(r);
	for (unsigned i = 0; i < jobs; i++)
		if (fds[i + 1].revents != 0)
			hear_boot(r, &r->jobs[i]);
	return 0;
}

static void
run_boots(struct run *r)
{
	struct journal *journal = &r->study->journal;

	for (;;) {
		/* Before the next boot starts, so that it is not disturbed. */
		if (journal_sync(journal, seconds_now(), false) != 0 && !r->failed)
			fail(r, "sync the journal");
		hear_signals(r); /* that may have taken a while */
		start_boots(r);
		if (r->running == 0)
			break;
		if (wait_and_hear(r) != 0)
			fail(r, "wait for boots");
		study_tell_live(&r->tell, r->study, r->running);
	}
	study_tell_clear(&r->tell);
	if (journal_sync(journal, seconds_now(), true) != 0 && !r->failed)
		fail(r, "sync the journal");
}

int
study_run(struct study *s, const struct study_rules *rules)
{
	struct run r = {.study = s, .rules = rules, .jobs = calloc(rules->jobs, sizeof(*r.jobs))};
	cpu_set_t allowed;
	sigset_t before;

	if (r.jobs == NULL) {
		warn("cannot start");
		return -1;
	}
	r.tell = study_tell_make(s);
	cpu_share_allowed(&allowed);
	for (unsigned i = 0; i < rules->jobs; i++)
		r.jobs[i].cpus = cpu_share_of(&allowed, rules->jobs, i);
	r.signals = signals_catch(false, &before);
	if (r.signals >= 0) {
		run_boots(&r);
		close(r.signals);
	} else {
		warn("cannot catch signals");
		r.failed = true;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (unsigned i = 0; i < rules->jobs; i++)
		bytes_free(&r.jobs[i].line);
	free(r.jobs);
	return r.failed ? -1 : r.signal;
}
