/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/console_out.h"
#include "base/join.h"
#include "report/report.h"
#include "run/capture.h"
#include "run/run.h"
#include "run/surroundings.h"
#include "run/wait.h"
#include "runlog.h"

/*
 * Taint flags for a machine check, a bad page, an oops, a warning, a soft lockup: the kernel log is
 * sent for these.
 */
enum { TROUBLE = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14 };

struct measuring {
	const struct experiment *experiment;
	struct surroundings surroundings;
	int null;     /* stays open: an experiment may mount over /dev */
	bool failed;  /* a run failed or has no verdict */
	bool stopped; /* no further runs */
	int asked;    /* the signal that asked to end the machine */
};

/* Global, since the callback of run_command() has no context argument. */
static unsigned current_run;

static void
report_stray_process(uint64_t pid, const char *name)
{
	if (pid != 0)
		report_stray(current_run, pid, name);
	else
		report_warning("the command left unlisted processes behind: too many, or no /proc",
			       0);
}

/* Chooses where the command's output goes. Returns 0, or -1 with errno. */
static int
choose_outputs(const struct measuring *m, const struct capture *capture, struct pump *pump,
	       struct run_request *request)
{
	request->outputs =
	    (struct run_outputs){m->null, capture->files[CAPTURE_OUT], capture->files[CAPTURE_ERR],
				 capture->files[CAPTURE_RESULTS]};
	switch (m->experiment->output) {
	case STDOUT_KEEP:
		break;
	case STDOUT_DROP:
		request->outputs.out = request->outputs.err = m->null;
		break;
	case STDOUT_STREAM:
	case STDOUT_PIPE:
		if (pump_open(pump, m->experiment->output == STDOUT_PIPE ? capture : NULL) != 0)
			return -1;
		request->pump = pump;
		request->outputs.out = pump->in[0];
		request->outputs.err = pump->in[1];
		break;
	}
	return 0;
}

/* Sends the results of a run. The output of a warm-up is sent only if it failed. */
static void
report_run(struct measuring *m, const struct capture *capture, const char *command,
	   const struct run_result *result, bool warmup, bool refused, int log)
{
	bool failed = result->error != 0 || result->status != 0 || result->timed_out;

	console_quiet(true, report_warning);
	for (int i = 0; i < CAPTURE_STREAMS && (!warmup || failed); i++)
		report_output(capture_names[i], current_run, capture->files[i]);
	if (refused || capture_is_full(capture))
		report_exceeded(current_run);
	if (result->step != NULL)
		report_fail(JOIN("cannot set the experiment's ", result->step, ": ",
				 strerror(result->error)));
	else
		report_exit(current_run, command, result);
	/* In exact mode messages below warnings are sent only on request. */
	runlog_close(log, current_run, !m->experiment->exact || m->experiment->klog == KLOG_ALWAYS,
		     report_run_log);
	if (result->unkillable)
		report_warning("processes of the command could not be killed", 0);
	m->failed |= failed;
	m->stopped |= result->step != NULL || result->unkillable || result->ended_by != 0;
	m->asked = result->ended_by;
}

static void
run_one(struct measuring *m, size_t command, bool warmup)
{
	struct run_request request = {.argv = m->experiment->run.values[command],
				      .surroundings = &m->surroundings,
				      .timeout_s = m->experiment->timeout_s};
	struct run_result result;
	struct capture capture;
	struct pump pump;

	current_run++;
	if (capture_open(&capture) != 0) {
		report_fail("cannot keep output: the kernel needs CONFIG_SHMEM or CONFIG_TMPFS");
		m->stopped = true;
		return;
	}
	if (choose_outputs(m, &capture, &pump, &request) != 0) {
		report_fail("cannot prepare the output");
		capture_close(&capture);
		m->stopped = true;
		return;
	}
	report_start(current_run, (unsigned)command + 1, warmup, request.timeout_s);
	console_drain(false);
	int log = runlog_open();
	run_command(&request, &result, report_stray_process);
	if (request.pump != NULL)
		pump_close(&pump);
	report_run(m, &capture, request.argv[0], &result, warmup,
		   request.pump != NULL && pump.refused, log);
	capture_close(&capture);
}

static void
run_times(struct measuring *m, uint64_t times, bool warmup)
{
	for (uint64_t i = 0; i < times; i++)
		for (size_t command = 0; command < m->experiment->run.count; command++)
			if (!m->stopped)
				run_one(m, command, warmup);
}

int
measure(const struct experiment *experiment, char *const base[])
{
	struct measuring m = {.experiment = experiment,
			      .null = open("/dev/null", O_RDWR | O_CLOEXEC)};
	const char *problem = surroundings_make(&m.surroundings, experiment, base);

	if (problem != NULL) {
		report_fail(problem);
	} else {
		run_raise_priority();
		run_times(&m, experiment->warmup, true);
		run_times(&m, experiment->repeat, false);
		surroundings_switch_rights(&m.surroundings, true);
		collect_files(&experiment->collect);
		surroundings_switch_rights(&m.surroundings, false);
		m.failed |= (report_taint() & TROUBLE) != 0;
		if (experiment->klog == KLOG_ALWAYS ||
		    (experiment->klog == KLOG_FAILED && m.failed))
			report_kernel_log();
	}
	surroundings_free(&m.surroundings);
	return m.asked;
}
