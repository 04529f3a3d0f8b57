/* SPDX-License-Identifier: MIT */
/*
 * PID 1: sets up the machine, runs the experiment without output, reports the results, ends the
 * machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "base/console_out.h"
#include "base/join.h"
#include "control.h"
#include "experiment.h"
#include "net/network.h"
#include "report/provenance.h"
#include "report/report.h"
#include "run/helper.h"
#include "run/run.h"
#include "run/stray.h"
#include "setup/setup.h"
#include "steps.h"

static char *const environment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "TERM=linux",
    "LULL_RESULTS_FD=3", /* RUN_RESULTS_FD */
    NULL,
};

static const char no_shell[] =
    "no shell in this image: pack one (packer -b bash), or give a command (bench boot -- COMMAND)";

static struct provenance provenance;

/*
 * Packer writes the first file at the start and the second at the very end of an image; other
 * images have neither.
 */
static bool
image_is_truncated(void)
{
	return access("/etc/lull/image", F_OK) == 0 && access("/etc/lull/end", F_OK) != 0;
}

/* /etc/hosts of packer has the default. */
static void
set_hostname(const char *name)
{
	const char *line = JOIN("\n127.0.1.1\t", name, "\n");
	int fd = -1;

	if (sethostname(name, strlen(name)) != 0 ||
	    (strcmp(name, "lull") != 0 &&
	     ((fd = open("/etc/hosts", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)) < 0 ||
	      write(fd, line, strlen(line)) < 0)))
		report_warning("hostname", errno);
	close(fd);
}

/*
 * Prepares everything that the experiment needs. Returns NULL, or the reason why it must not run.
 */
static const char *
prepare(const struct experiment *experiment)
{
	const char *problem;

	modules_check(&experiment->module, report_warning);
	problem = attach_mounts(&experiment->mount);
	/* Writes knobs after mounting, and before the network is set up. */
	if (problem == NULL)
		problem = knobs_write(&experiment->write, report_knob);
	return problem != NULL ? problem : network_up(experiment);
}

/* Runs a shell for a user. Returns a signal like measure(). */
static int
interact(const char *shell)
{
	int signal;

	console_cook();
	console_print("lull: a shell on this console; exit or poweroff ends the machine\n");
	signal = shell_run(shell);
	if (signal < 0)
		report_warning("cannot start a shell", errno);
	run_kill_all();
	unmount_all(true, report_warning);
	return signal;
}

int
main(int argc, char *argv[])
{
	struct experiment experiment = experiment_default();
	const char *problem, *modules, *shell = NULL;
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
	problem = choose_experiment(&experiment);
	if (experiment.exact)
		helper_limit_s = 0;
	set_hostname(experiment.hostname);
	modules = truncated ? NULL : modules_load(report_warning);
	if (network_loopback() != 0)
		report_warning("loopback interface", errno);
	console_quiet(experiment.is_loud, report_warning);
	report_hello(experiment.session);
	if (problem == NULL)
		problem = modules;
	if (truncated)
		problem = "the image is incomplete: not enough memory, or a truncated file";
	if (problem == NULL)
		problem = prepare(&experiment);
	/* As late as possible, to include the effects of the set-up. */
	if (experiment.provenance == PROVENANCE_FULL)
		provenance_read(&provenance, AT_FDCWD);
	if (problem != NULL)
		report_fail(problem);
	else if (experiment.run.count > 0)
		asked = measure(&experiment, environment);
	else
		experiment.finish = FINISH_SHELL;
	if (experiment.finish == FINISH_SHELL)
		shell = shell_find();
	if (experiment.finish == FINISH_SHELL && shell == NULL)
		report_fail(no_shell);
	if (experiment.provenance == PROVENANCE_FULL)
		provenance_send(&provenance, report_environment);
	if (asked != 0)
		shell = NULL;
	if (shell == NULL)
		unmount_all(experiment.mount.count > 0, report_warning);
	report_end();
	if (shell != NULL)
		asked = interact(shell);
	console_drain(!experiment.exact);
	finish_machine(asked != 0 ? control_finish(asked) : experiment.finish);
}
