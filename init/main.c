/* SPDX-License-Identifier: MIT */
/* PID 1: makes the machine usable, runs the experiment in silence, tells what came of it, ends the machine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "console.h"
#include "control.h"
#include "experiment.h"
#include "files.h"
#include "finish.h"
#include "modules.h"
#include "mounts.h"
#include "network.h"
#include "report.h"
#include "run.h"
#include "shell.h"
#include "stray.h"

enum { EXPERIMENT_FILE_MAX = 16 << 20 };

static char *const environment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "TERM=linux",
    NULL,
};

/* Strays are told apart by run; a later init has several. */
static const unsigned the_run = 1;

static const char no_shell[] =
    "no shell in this image: put one into it (packer -b bash), or give a command to run (bench boot -- COMMAND, or "
    "-- COMMAND at the end of the kernel's command line)";

/* Packer writes the first file at the start and the second at the very end of an image; others have neither. */
static bool
image_is_truncated(void)
{
	return access("/etc/lull/image", F_OK) == 0 && access("/etc/lull/end", F_OK) != 0;
}

static int
read_from(struct experiment *experiment, const char *path, enum experiment_layer layer, struct text *problem)
{
	size_t length;
	char *line = file_read_all(path, EXPERIMENT_FILE_MAX, &length);
	int result;

	if (line == NULL) {
		text_string(problem, "cannot read ");
		text_string(problem, path);
		return -1;
	}
	result = experiment_read_line(experiment, layer, line, length, problem);
	free(line);
	return result;
}

/* Returns NULL, or why no experiment may run. */
static const char *
read_experiment(struct experiment *experiment)
{
	static char why[256];
	struct text problem = text_in(why, sizeof(why) - 1);
	int result = 0;

	if (access(EXPERIMENT_FILE, F_OK) == 0)
		result = read_from(experiment, EXPERIMENT_FILE, LAYER_ARCHIVE, &problem);
	if (read_from(experiment, "/proc/cmdline", LAYER_COMMAND_LINE, &problem) != 0)
		result = -1;
	if (!experiment->has_session && getrandom(&experiment->session, sizeof(experiment->session), GRND_NONBLOCK) < 0)
		experiment->session = 0;
	return result == 0 ? NULL : why;
}

static void
stray(uint64_t pid, const char *name)
{
	if (pid != 0)
		report_stray(the_run, pid, name);
	else
		report_warning("the command left processes behind that are not named: too many, or no /proc", 0);
}

/* Returns the signal by which the machine's end was asked for meanwhile, 0 if it was not. */
static int
measure(const struct experiment *experiment)
{
	struct run_result result;
	int out = run_capture("stdout"), err = run_capture("stderr");
	bool failed;

	if (out < 0 || err < 0) {
		report_fail("cannot make memory files for the output: the kernel needs CONFIG_SHMEM or CONFIG_TMPFS");
		return 0;
	}
	report_start(the_run);
	console_drain(false);
	run_command(experiment->run.values[0], experiment->timeout_s, out, err, &result, stray);
	report_output("stdout", the_run, out);
	report_output("stderr", the_run, err);
	report_exit(the_run, experiment->run.values[0][0], &result);
	close(out);
	close(err);
	if (result.unkillable)
		report_warning("processes of the command could not be killed", 0);
	failed = result.error != 0 || result.status != 0 || result.timed_out;
	if (experiment->klog == KLOG_ALWAYS || (experiment->klog == KLOG_FAILED && failed))
		report_kernel_log();
	return result.ended_by;
}

/* A shell for a person; returns as measure() does. */
static int
interact(const char *shell)
{
	int signal;

	console_print("lull: a shell on this console; exit, or poweroff, ends the machine\n");
	signal = shell_run(shell);
	if (signal < 0)
		report_warning("cannot start a shell", errno);
	run_kill_all();
	return signal;
}

int
main(int argc, char *argv[])
{
	struct experiment experiment = experiment_default();
	const char *problem, *modules, *network, *shell = NULL;
	int asked = 0;

	if (getpid() != 1)
		return control_main(argc, argv);
	console_reserve_descriptors();
	run_block_signals();
	reboot(RB_DISABLE_CAD);
	environ = (char **)environment;
	bool truncated = image_is_truncated();
	mounts_make(report_warning);
	if (console_open() != 0)
		report_warning("/dev/console", errno);
	stray_prepare();
	problem = read_experiment(&experiment);
	if (sethostname(experiment.hostname, strlen(experiment.hostname)) != 0)
		report_warning("hostname", errno);
	modules = truncated ? NULL : modules_load(report_warning);
	if (network_loopback() != 0)
		report_warning("loopback interface", errno);
	console_quiet();
	report_hello(experiment.session);

	if (truncated)
		report_fail("the image was not unpacked whole: the machine needs more memory, or the file is cut short");
	else if (problem != NULL)
		report_fail(problem);
	else if (modules != NULL)
		report_fail(modules);
	else if ((network = network_up(&experiment)) != NULL)
		report_fail(network);
	else if (experiment.run.count > 0)
		asked = measure(&experiment);
	else
		experiment.finish = FINISH_SHELL;
	if (experiment.finish == FINISH_SHELL)
		shell = shell_find();
	if (experiment.finish == FINISH_SHELL && shell == NULL)
		report_fail(no_shell);
	report_end();
	if (asked == 0 && shell != NULL)
		asked = interact(shell);
	console_drain(!experiment.exact);
	finish_machine(asked != 0 ? control_finish(asked) : experiment.finish);
}
