/* SPDX-License-Identifier: MIT */
#include "study/study_boot.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/seconds.h"
#include "boot/appliance.h"
#include "boot/boot.h"
#include "report/verdict.h"
#include "study/console_file.h"
#include "study/study_line.h"
#include "study/study_machine.h"
#include "study/study_values.h"

static void
tell_utc(time_t when, char text[STUDY_TIME_MAX])
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
	int result = line == NULL ? -1 : io_write(out, line, strlen(line)) != 0 ? -1 : io_write(out, "\n", 1);

	if (result != 0)
		warn("cannot tell of a boot");
	free(line);
	return result == 0 ? STUDY_BOOT_DONE : STUDY_BOOT_FAILED;
}

/* Values that cannot be kept as they came are lost to the study, and with them the boot. */
static void
judge_values(struct study_boot *told, struct study_values *values)
{
	struct report *report = told->report;

	told->values = values;
	if (values->problem[0] == '\0')
		return;
	report->outcome = OUTCOME_LOST_DATA;
	report->status = STATUS_NO_VERDICT;
	report->reason = values->problem;
	report->line_count = 0;
}

/* Keeps the console of a boot that has ended, judges it, and tells. */
static int
finish(const struct study_job *job, struct study_boot *told, int out)
{
	static struct study_values values;
	struct verdict v;
	int status = STUDY_BOOT_FAILED;

	if (verdict_reach(&v, told->evidence, told->report) != 0 ||
	    (outcome_is_final(told->report->outcome) && study_values_read(&values, &v.result) != 0)) {
		warn("cannot read the records");
	} else {
		if (outcome_is_final(told->report->outcome))
			judge_values(told, &values);
		if (console_file_keep(job->raw, job->folder, job->console, &told->console_bytes) != 0)
			warn("cannot write the console %s", job->console);
		else
			status = write_line(told, out);
	}
	study_values_free(&values);
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
		limits->start = s->plan.silence_s > limits->start ? s->plan.silence_s : limits->start;
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
	const struct kernel_identity *kernel = &s->kernels[s->cells.at[job->cell].items[PLAN_KERNELS]].identity;
	struct evidence evidence = {.end = a->problem,
				    .console = &console,
				    .build_id = kernel->build_id,
				    .release = kernel->release,
				    .noise = &s->plan.noise};
	struct boot boot = {.machine = &a->machine, .console = &console, .log = job->raw};
	struct report report = {.outcome = OUTCOME_LOST_DATA,
				.accel = a->machine.laboratory == NULL ? qemu_accel_name(job->accel) : NULL};
	struct study_boot told = {.number = job->number,
				  .block = job->block,
				  .cell = s->cells.at[job->cell].name,
				  .node = node_name(s, job),
				  .report = &report,
				  .evidence = &evidence,
				  .started = started};
	int status = STUDY_BOOT_FAILED;

	tell_utc(job->began, started);
	set_limits(&boot.limits, s, a);
	if (console_open(&console, &a->session) != 0) {
		warn("cannot read a console");
		return STUDY_BOOT_FAILED;
	}
	double begin = seconds_now();
	int result = a->problem == MACHINE_UNKNOWN ? boot_run(&boot) : 0;
	told.seconds = seconds_now() - begin;
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
		status = finish(job, &told, out);
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

/* What the process is, in the child. */
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
	/* A key that was pressed before this had a group of its own was meant for its parent. */
	sigemptyset(&terminal);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&terminal, signals[i]);
	sigprocmask(SIG_BLOCK, &terminal, NULL);
	while (sigtimedwait(&terminal, NULL, &none) > 0)
		continue;
	signal(SIGTERM, SIG_DFL); /* whatever is ignored, by this it can be ended */
	/* The lock is its parent's alone. */
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

char *
study_boot_lost(const struct study *s, const struct study_job *job, int signal, double seconds)
{
	char reason[128], started[STUDY_TIME_MAX];
	const char *name = sigabbrev_np(signal);
	struct report report = {.outcome = OUTCOME_LOST_DATA, .reason = reason, .status = STATUS_NO_VERDICT};
	struct study_boot told = {.number = job->number,
				  .block = job->block,
				  .cell = s->cells.at[job->cell].name,
				  .node = node_name(s, job),
				  .report = &report,
				  .started = started,
				  .seconds = seconds};

	tell_utc(job->began, started);
	snprintf(reason, sizeof(reason), "bench's process for this boot died of signal %d (SIG%s)", signal,
		 name != NULL ? name : "?");
	return console_file_keep(job->raw, job->folder, job->console, &told.console_bytes) == 0 ? study_line_make(&told)
												: NULL;
}
