/* SPDX-License-Identifier: MIT */
#include "study/study_run.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/io.h"
#include "base/seconds.h"
#include "base/signals.h"
#include "boot/appliance.h"
#include "boot/boot.h"
#include "report/verdict.h"
#include "study/console_file.h"
#include "study/numbers_file.h"
#include "study/study_line.h"
#include "study/study_machine.h"
#include "study/study_progress.h"
#include "target/cpu_share.h"

/*
 * One boot of a study, in its own process: a harmful guest costs only that boot, no memory stays in
 * use, and the boot can be pinned to CPUs.
 */

static void
format_utc(time_t when, char text[STUDY_TIME_MAX])
{
	struct tm utc;

	strftime(text, STUDY_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &utc));
}

static const char *
node_name(const struct study *s, const struct study_job *job)
{
	return job->node < s->plan.node_count ? s->plan.nodes[job->node].label : NULL;
}

static int
write_line(const struct study_boot *boot, int out)
{
	char *line = study_line_make(boot);
	errno = ENOMEM;
	int result = line == NULL			      ? -1
		     : io_write(out, line, strlen(line)) != 0 ? -1
							      : io_write(out, "\n", 1);

	if (result != 0)
		warn("cannot report a boot");
	free(line);
	return result == 0 ? STUDY_BOOT_DONE : STUDY_BOOT_FAILED;
}

/* If the numbers cannot be kept, their loss makes the boot lost too. */
static void
judge_numbers(struct study_boot *boot_line, const struct numbers *numbers)
{
	struct report *report = boot_line->report;

	boot_line->numbers = numbers;
	if (numbers->problem[0] == '\0')
		return;
	boot_line->numbers = NULL;
	report->outcome = OUTCOME_LOST_DATA;
	report->status = STATUS_NO_VERDICT;
	report->reason = numbers->problem;
	report->line_count = 0;
}

/* Keeps the numbers of a boot. Returns 0, or -1 with errno. */
static int
keep_numbers(const struct study *s, const struct study_job *job, struct study_boot *boot_line,
	     const struct boot *boot, double load_before, char sha256[2 * SHA256_SIZE + 1])
{
	struct numbers_boot kept = {.number = job->number,
				    .block = job->block,
				    .cell = job->cell,
				    .layout = study_next_layout(s, job->cell),
				    .node = boot_line->node,
				    .outcome = outcome_name(boot_line->report->outcome),
				    .accel = boot_line->report->accel,
				    .numbers = boot_line->numbers,
				    .environment = &boot_line->report->result->environment,
				    .init_guest_ns = boot_line->report->result->uptime_ns,
				    .init_seconds = boot->init_s,
				    .load_before = load_before,
				    .qemu = boot->times};

	if (boot_line->numbers == NULL || !job->keeps_numbers)
		return 0;
	if (getloadavg(&kept.load_after, 1) != 1)
		kept.load_after = 0;
	boot_line->numbers_sha256 = sha256;
	return numbers_file_keep(s, &kept, sha256);
}

/* A boot that has ended. */
struct ended {
	const struct study *study;
	const struct study_job *job;
	const struct boot *boot;
	double load_before;
};

/* Keeps the console and the numbers of a boot, judges it, and writes its line. */
static int
report_boot(const struct ended *ended, struct study_boot *boot_line, int out)
{
	static struct numbers numbers;
	const struct study_job *job = ended->job;
	char sha256[2 * SHA256_SIZE + 1];
	struct verdict v;
	int status = STUDY_BOOT_FAILED;

	if (verdict_reach(&v, boot_line->evidence, boot_line->report) != 0 ||
	    (outcome_is_final(boot_line->report->outcome) &&
	     numbers_collect(&numbers, &v.result) != 0)) {
		warn("cannot read the records");
	} else {
		if (outcome_is_final(boot_line->report->outcome))
			judge_numbers(boot_line, &numbers);
		if (console_file_keep(job->raw, job->folder, job->console,
				      &boot_line->console_bytes) != 0)
			warn("cannot write the console %s", job->console);
		else if (keep_numbers(ended->study, job, boot_line, ended->boot, ended->load_before,
				      sha256) != 0)
			warn("cannot write the numbers of boot %llu",
			     (unsigned long long)job->number);
		else
			status = write_line(boot_line, out);
	}
	numbers_free(&numbers);
	verdict_free(&v);
	return status;
}

static void
set_limits(struct boot_limits *limits, const struct study *s, const struct appliance *a)
{
	*limits = boot_limits_for(a->timeout_s, a->image_mib, a->machine.exact);
	if (a->machine.laboratory != NULL)
		*limits = boot_limits_with_firmware(*limits);
	if (s->plan.silence_s > 0) {
		limits->silence = s->plan.silence_s;
		limits->start =
		    s->plan.silence_s > limits->start ? s->plan.silence_s : limits->start;
	}
	if (s->plan.console_bytes > 0)
		limits->bytes = s->plan.console_bytes;
}

/* Boots the prepared appliance. */
static int
boot_appliance(const struct study *s, const struct study_job *job, struct appliance *a, int out)
{
	char started[STUDY_TIME_MAX];
	struct console console;
	const struct kernel_identity *kernel =
	    &s->kernels[s->cells.at[job->cell].items[PLAN_KERNELS]].identity;
	struct evidence evidence = {.end = a->problem,
				    .console = &console,
				    .build_id = kernel->build_id,
				    .release = kernel->release,
				    .noise = &s->plan.noise};
	struct boot boot = {.machine = &a->machine, .console = &console, .log = job->raw};
	struct report report = {.outcome = OUTCOME_LOST_DATA,
				.accel = a->machine.laboratory == NULL ? qemu_accel_name(job->accel)
								       : NULL};
	struct study_boot boot_line = {.number = job->number,
				       .block = job->block,
				       .cell = s->cells.at[job->cell].name,
				       .node = node_name(s, job),
				       .report = &report,
				       .evidence = &evidence,
				       .started = started,
				       .statistic = study_statistic(s)};
	struct ended ended = {s, job, &boot, 0};
	int status = STUDY_BOOT_FAILED;

	format_utc(job->began, started);
	set_limits(&boot.limits, s, a);
	if (console_open(&console, &a->session) != 0) {
		warn("cannot read a console");
		return STUDY_BOOT_FAILED;
	}
	if (getloadavg(&ended.load_before, 1) != 1)
		ended.load_before = 0;
	double begin = seconds_now();
	int result = a->problem == MACHINE_UNKNOWN ? boot_run(&boot) : 0;
	boot_line.seconds = seconds_now() - begin;
	if (boot.signal != 0)
		status = STUDY_BOOT_ENDED;
	else if (result != 0 || boot.log_failed)
		warn("cannot %s", result != 0 ? "boot" : "keep the console");
	else {
		if (a->problem == MACHINE_UNKNOWN) {
			evidence.end = boot.end;
			evidence.target_failed = boot.target_failed;
			evidence.limit_s = boot.limit_s;
			evidence.qemu_error = boot.error;
			report.qemu = boot.version[0] != '\0' ? boot.version : NULL;
		}
		status = report_boot(&ended, &boot_line, out);
	}
	console_close(&console);
	return status;
}

static int
prepare_and_boot(const struct study *s, const struct study_job *job, int out)
{
	static struct appliance appliance;
	struct boot_options options;
	struct study_paths paths;
	int status = STUDY_BOOT_FAILED;

	if (study_machine_options(&options, &paths, s, job->cell, job->node) != 0)
		goto free_options;
	options.layouts = (unsigned)s->plan.layouts;
	options.layout = (unsigned)study_next_layout(s, job->cell);
	if (appliance_prepare(&appliance, &options, NULL) != 0)
		goto free_appliance;
	appliance.machine.accel = job->accel;
	status = boot_appliance(s, job, &appliance, out);
free_appliance:
	appliance_free(&appliance);
free_options:
	boot_options_free(&options);
	return status;
}

/* Runs the boot, in the child. */
static _Noreturn void
become_boot(const struct study *s, const struct study_job *job, int out, pid_t parent)
{
	static const int signals[] = {SIGINT, SIGHUP, SIGQUIT};
	const struct timespec none = {0};
	sigset_t terminal;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (getppid() != parent)
		_exit(STUDY_BOOT_ENDED);
	/* A key pressed before setpgid() was meant for the parent. */
	sigemptyset(&terminal);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&terminal, signals[i]);
	sigprocmask(SIG_BLOCK, &terminal, NULL);
	while (sigtimedwait(&terminal, NULL, &none) > 0)
		continue;
	signal(SIGTERM, SIG_DFL); /* even if bench ignores it, it must end this process */
	/* Only the parent may hold the lock. */
	if (s->journal.lock >= 0)
		close(s->journal.lock);
	if (job->cpus != NULL && sched_setaffinity(0, sizeof(*job->cpus), job->cpus) != 0)
		warn("cannot keep a boot to its CPUs");
	_exit(prepare_and_boot(s, job, out));
}

pid_t
study_boot_start(const struct study *s, struct study_job *job, int *out)
{
	pid_t parent = getpid(), pid = -1;
	int ends[2], error;

	job->began = time(NULL);
	job->raw = console_file_open(job->folder);
	if (job->raw < 0 || pipe2(ends, O_CLOEXEC) != 0)
		goto fail;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		become_boot(s, job, ends[1], parent);
	}
	error = errno;
	close(ends[1]);
	*out = ends[0];
	if (pid > 0)
		return pid;
	close(ends[0]);
	errno = error;
fail:
	error = errno;
	study_boot_forget(job);
	errno = error;
	return -1;
}

void
study_boot_forget(struct study_job *job)
{
	if (job->raw >= 0)
		close(job->raw);
	job->raw = -1;
}

/*
 * Keeps the console of a boot whose process was killed by `signal`, and makes its line, without a
 * verdict. Returns the line, to be freed; NULL with errno.
 */
static char *
study_boot_lost(const struct study *s, const struct study_job *job, int signal, double seconds)
{
	char reason[128], started[STUDY_TIME_MAX];
	const char *name = sigabbrev_np(signal);
	struct report report = {
	    .outcome = OUTCOME_LOST_DATA, .reason = reason, .status = STATUS_NO_VERDICT};
	struct study_boot boot_line = {.number = job->number,
				       .block = job->block,
				       .cell = s->cells.at[job->cell].name,
				       .node = node_name(s, job),
				       .report = &report,
				       .started = started,
				       .seconds = seconds};

	format_utc(job->began, started);
	snprintf(reason, sizeof(reason),
		 "bench's process for this boot was killed by signal %d (SIG%s)", signal,
		 name != NULL ? name : "?");
	return console_file_keep(job->raw, job->folder, job->console, &boot_line.console_bytes) == 0
		   ? study_line_make(&boot_line)
		   : NULL;
}

enum { TICK_MS = 250, LINE_MAX_BYTES = 64 * 1024 * 1024 };

/* A running boot. With nodes, its index is that of the node. */
struct under_way {
	pid_t pid; /* 0: no boot is running */
	struct study_node node;
	int out;
	double started;
	unsigned readings; /* from study_check_files() */
	struct study_job job;
	cpu_set_t cpus;
	struct bytes line;
};

struct run {
	struct study *study;
	const struct study_rules *rules;
	struct under_way *jobs; /* rules->jobs elements */
	unsigned running;
	int signals;
	int signal; /* the first one received; 0: none */
	unsigned signal_count;
	bool failed;
	struct study_progress progress;
};

int
study_run_check(const struct study *s, const struct study_rules *rules)
{
	cpu_set_t allowed;
	unsigned guest = s->plan.cpus > 0 ? (unsigned)s->plan.cpus : 1,
		 count = cpu_share_allowed(&allowed);
	/* A laboratory's machines have their own CPUs. */
	unsigned jobs = rules->is_pinned ? rules->jobs : 1;

	if (count == 0)
		return -1;
	if (jobs * guest <= count || rules->oversubscribe)
		return 0;
	if (guest > count)
		warnx("cpus %u: this machine has only %u (see --oversubscribe)", guest, count);
	else
		warnx("-j %u: with %u CPU%s each, more than the %u of this machine (see "
		      "--oversubscribe)",
		      jobs, guest, text_plural(guest), count);
	return -1;
}

/* Writes the list of running boots for other processes. */
static void
write_status(const struct run *r)
{
	enum { LAST_LINE = 32 };
	char buffer[JOURNAL_STATUS_MAX];
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
	journal_write_status(&r->study->journal, t.data, t.used);
}

static void
report_failure(struct run *r, const char *what)
{
	study_progress_clear(&r->progress);
	warn("%s: cannot %s", r->study->path, what);
	r->failed = true;
}

/* Starts the next boot at a place, if there is one now. */
static void
start_boot(struct run *r, struct under_way *place)
{
	struct study *s = r->study;
	size_t machine = s->plan.node_count > 0 ? (size_t)(place - r->jobs) : 0;
	struct study_job job = {.node = machine,
				.accel = r->rules->accel,
				.folder = s->consoles,
				.keeps_numbers = true};

	if (queue_take(&s->queue, machine, &job.cell, &job.block) != QUEUE_NEXT)
		return;
	study_progress_clear(&r->progress);
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
		report_failure(r, "start a boot");
		return;
	}
	r->running++;
	r->progress.cell = s->cells.at[job.cell].name;
	r->progress.started = place->started;
	write_status(r);
}

static void
start_boots(struct run *r)
{
	for (unsigned i = 0; i < r->rules->jobs && !r->failed && r->signal == 0; i++)
		if (r->jobs[i].pid == 0 && !r->jobs[i].node.is_given_up)
			start_boot(r, &r->jobs[i]);
}

/* Drops a node that fails too often. */
static void
judge_node(struct run *r, struct under_way *place, const struct study_line *line)
{
	const struct study *s = r->study;

	if (s->plan.node_count == 0 || !study_node_judge(&place->node, s, line))
		return;
	queue_give_up(&r->study->queue, place->job.node);
	study_progress_clear(&r->progress);
	warnx("%s: node %s is dropped after %llu consecutive failed boot%s", s->path,
	      s->plan.nodes[place->job.node].label, (unsigned long long)place->node.failures,
	      text_plural(place->node.failures));
	for (unsigned i = 0; i < r->rules->jobs; i++)
		if (!r->jobs[i].node.is_given_up)
			return;
	warnx("%s: no node is left", s->path);
	r->failed = true;
}

/* Appends the line of a boot that has ended to the journal. */
static void
record_line(struct run *r, struct under_way *place, const char *text, size_t length)
{
	struct study_line line;

	/* Check it first: an invalid line would make the journal unreadable. */
	if (study_line_read(&line, text, length) != 0) {
		errno = EINVAL;
		report_failure(r, "parse the line of a boot");
		return;
	}
	study_progress_clear(&r->progress);
	if (study_recheck_files(r->study, place->job.cell, place->readings) != 0) {
		r->failed = true;
		queue_put_back(&r->study->queue, place->job.cell, place->job.block);
	} else if (journal_append(&r->study->journal, text, length) != 0) {
		report_failure(r, errno == ESTALE
				      ? "write the journal, which another program removed or cut"
				      : "write the journal");
	} else {
		study_count(r->study, &line);
		study_progress_boot(&r->progress, r->study, &line);
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
		record_line(r, place, line->data, line->length - 1);
	} else if (WIFSIGNALED(status) && r->signal == 0 && !r->failed) {
		char *lost = study_boot_lost(r->study, &place->job, WTERMSIG(status),
					     seconds_now() - place->started);
		if (lost != NULL)
			record_line(r, place, lost, strlen(lost));
		else
			report_failure(r, "record a boot whose process was killed");
		free(lost);
	} else {
		queue_put_back(&r->study->queue, place->job.cell, place->job.block);
		r->failed |= !WIFEXITED(status) || WEXITSTATUS(status) != STUDY_BOOT_ENDED;
	}
	study_boot_forget(&place->job);
	line->length = 0;
	write_status(r);
}

static void
read_boot(struct run *r, struct under_way *place)
{
	char bytes[16 * 1024];
	ssize_t n = read(place->out, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0 && place->line.length < LINE_MAX_BYTES &&
	    bytes_add(&place->line, bytes, (size_t)n) == 0)
		return;
	if (n > 0)
		kill(place->pid, SIGKILL);
	finish_boot(r, place);
}

/*
 * After the first signal bench waits for the running boots, after the second for the end of their
 * machines; the third kills.
 */
static void
read_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (r->signal_count++ == 0) {
			r->signal = (int)info.ssi_signo;
			if (r->running > 0)
				study_progress_stopping(&r->progress, r->running);
			continue;
		}
		for (unsigned i = 0; i < r->rules->jobs; i++)
			if (r->jobs[i].pid != 0)
				kill(r->jobs[i].pid, r->signal_count == 2 ? SIGTERM : SIGKILL);
	}
}

static int
wait_for_events(struct run *r)
{
	struct pollfd fds[STUDY_JOBS_MAX + 1] = {{r->signals, POLLIN, 0}};
	unsigned jobs = r->rules->jobs;
	bool ticks = study_progress_is_live(&r->progress) ||
		     r->study->journal.synced.length != r->study->journal.length;

	for (unsigned i = 0; i < jobs; i++)
		fds[i + 1] = (struct pollfd){r->jobs[i].pid != 0 ? r->jobs[i].out : -1, POLLIN, 0};
	if (poll(fds, jobs + 1, ticks ? TICK_MS : -1) < 0 && errno != EINTR)
		return -1;
	if (fds[0].revents != 0)
		read_signals(r);
	for (unsigned i = 0; i < jobs; i++)
		if (fds[i + 1].revents != 0)
			read_boot(r, &r->jobs[i]);
	return 0;
}

static void
run_boots(struct run *r)
{
	struct journal *journal = &r->study->journal;

	for (;;) {
		/* Sync before the next boot starts, so that the sync does not disturb it. */
		if (journal_sync(journal, seconds_now(), false) != 0 && !r->failed)
			report_failure(r, "sync the journal");
		read_signals(r); /* the sync may have taken a while */
		start_boots(r);
		if (r->running == 0)
			break;
		if (wait_for_events(r) != 0)
			report_failure(r, "wait for boots");
		study_progress_live(&r->progress, r->study, r->running);
	}
	study_progress_clear(&r->progress);
	if (journal_sync(journal, seconds_now(), true) != 0 && !r->failed)
		report_failure(r, "sync the journal");
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
	r.progress = study_progress_make(s);
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
