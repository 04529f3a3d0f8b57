/* SPDX-License-Identifier: MIT */
/* bench boot: boots once, for a person. */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/places.h"
#include "boot/appliance.h"
#include "boot/boot.h"
#include "boot/boot_options.h"
#include "boot/kernel_identity.h"
#include "boot/kvm.h"
#include "boot/precheck.h"
#include "boot/print_result.h"
#include "boot/terminal.h"
#include "cmd/subcommand.h"
#include "console/console.h"
#include "console/outcome.h"
#include "report/report_json.h"
#include "report/store.h"

/*
 * Boots the prepared machine, and fills in the evidence and the machine's part of the report.
 * Returns 0, or -1 after a message if bench itself failed.
 */
static int
boot_appliance(struct appliance *a, struct console *console, int log, struct evidence *evidence,
	       struct report *report)
{
	static struct boot boot;
	struct terminal terminal = terminal_for_progress("");

	boot = (struct boot){
	    .machine = &a->machine, .console = console, .log = log, .terminal = &terminal};
	if (!a->interactive)
		boot.limits = boot_limits_for(a->timeout_s, a->image_mib, a->machine.exact);
	if (!a->interactive && a->machine.laboratory != NULL)
		boot.limits = boot_limits_with_firmware(boot.limits);
	if (a->interactive && terminal_open(&terminal) != 0) {
		warn("cannot set up the terminal");
		return -1;
	}
	int result = boot_run(&boot);
	int error = errno;
	terminal_restore(&terminal);
	if (boot.signal != 0 && boot.target_failed)
		print_target_failed(boot.error);
	if (boot.signal != 0)
		die_of(boot.signal);
	errno = error;
	if (result != 0)
		warn("cannot boot");
	if (boot.log_failed)
		warnx("the console log is incomplete: it could not be written");
	evidence->end = boot.end;
	evidence->target_failed = boot.target_failed;
	evidence->limit_s = boot.limit_s;
	evidence->qemu_error = boot.error;
	report->qemu = boot.version[0] != '\0' ? boot.version : NULL;
	report->machine = boot.type[0] != '\0' ? boot.type : NULL;
	return result;
}

static void
report_log(const struct report *report, const char *path)
{
	if ((report->outcome == OUTCOME_OK || report->outcome == OUTCOME_FAILED) &&
	    report->status != STATUS_NO_VERDICT)
		return;
	if (report->exact)
		warnx("the console log is kept under $XDG_STATE_HOME/lull");
	else
		warnx("console log: %s", path);
}

/* The command has no standard input: without this warning, input would be lost silently. */
static void
report_input(const struct boot_options *o)
{
	struct stat status;
	int waiting = 0;

	if (o->run == NULL || fstat(STDIN_FILENO, &status) != 0)
		return;
	bool has_input =
	    S_ISFIFO(status.st_mode)
		? ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0
		: S_ISREG(status.st_mode) && lseek(STDIN_FILENO, 0, SEEK_CUR) < status.st_size;
	if (has_input)
		warnx("standard input is not passed to the command");
}

/* Boots the prepared appliance and prints the result. */
static int
boot_and_report(struct appliance *a, const struct boot_options *o, const struct refusal *refusal,
		struct console *console)
{
	struct evidence evidence = {
	    .end = a->problem, .console = console, .interactive = a->interactive};
	struct kvm kvm;
	char path[PATH_MAX];

	if (refusal->outcome != OUTCOME_OK)
		evidence.refusal = refusal;
	if (a->problem != MACHINE_UNKNOWN || evidence.refusal != NULL)
		return print_result(&evidence, &(struct report){0}, o->json, NULL);
	kvm_choose(&kvm, &a->machine);
	if (kvm.answer == KVM_SIGNAL)
		die_of(kvm.signal);
	struct report report = {
	    .accel = a->machine.laboratory == NULL ? qemu_accel_name(a->machine.accel) : NULL,
	    .exact = o->exact,
	    .cpus = o->cpus,
	    .memory_mib = a->machine.memory_mib,
	    .timeout_s = a->interactive ? 0 : a->timeout_s,
	    .line = a->machine.line,
	    .run = o->run,
	    .kernel = o->exact ? NULL : a->kernel,
	    .image = o->exact ? NULL : a->image,
	    .log = o->exact ? NULL : path,
	    .kernel_hash = o->json ? &a->kernel_hash : NULL,
	    .image_hash = o->json ? &a->image_hash : NULL,
	};
	if (o->json && appliance_hash(a) != 0)
		return STATUS_NO_VERDICT;
	/*
	 * QEMU always starts the kernel that it is given: only other machines can boot another one.
	 */
	struct kernel_identity identity = {.build_id = ""};
	if (a->machine.laboratory != NULL && kernel_identity_read(&identity, a->kernel) != 0) {
		warn("cannot read kernel %s", a->kernel);
		return STATUS_NO_VERDICT;
	}
	evidence.build_id = identity.build_id;
	evidence.release = identity.release;
	int log = places_open_log(path, sizeof(path));
	if (log < 0 || boot_appliance(a, console, log, &evidence, &report) != 0)
		return STATUS_NO_VERDICT;
	close(log);
	if (o->json && !appliance_is_current(a))
		report.kernel_hash = report.image_hash = NULL;
	if (console->stage >= STAGE_INIT)
		kvm_remember(&kvm);
	int status = print_result(&evidence, &report, o->json, o->files);
	report_input(o);
	report_log(&report, path);
	return status;
}

/* Checks the image and prepares the boot. Returns 0, or bench's exit status after a message. */
static int
prepare_boot(struct appliance *a, const struct boot_options *o, struct refusal *refusal)
{
	struct contents contents;
	int status = STATUS_NO_VERDICT, error = contents_open(&contents, o->image) == 0 ? 0 : errno;

	if (error == EINVAL)
		warnx("cannot read image %s: it is not a regular file", o->image);
	else if (error != 0)
		warn("cannot read image %s", o->image);
	else
		status = appliance_prepare(a, o, &contents);
	if (status == 0 && a->problem == MACHINE_NOT_STARTED) {
		*refusal =
		    (struct refusal){.outcome = OUTCOME_NEVER_BOOTED, .status = STATUS_NO_VERDICT};
		struct text why = text_in(refusal->text, sizeof(refusal->text) - 1);
		text_string(&why, "it is neither a bzImage nor an ELF file: ");
		text_string(&why, a->kernel);
	}
	if (status == 0 && a->problem == MACHINE_UNKNOWN) {
		const struct precheck precheck = {.options = o,
						  .contents = &contents,
						  .kernel = a->kernel,
						  .interactive = a->interactive};
		precheck_passes(&precheck, refusal);
	}
	contents_close(&contents);
	return status;
}

int
subcommand_boot(int argc, char *argv[])
{
	static struct boot_options options;
	static struct appliance appliance = {.initrd_fd = -1};
	static struct refusal refusal;
	struct console console;
	int status = STATUS_WRONG_USAGE;

	if (boot_options_read(&options, argc, argv) != 0)
		goto free_options;
	if (options.help) {
		fputs(BOOT_USAGE, stdout);
		status = 0;
		goto free_options;
	}
	if (options.files != NULL && store_check(options.files) != 0)
		goto free_options;
	status = prepare_boot(&appliance, &options, &refusal);
	if (status != 0)
		goto free_appliance;
	status = STATUS_NO_VERDICT;
	if (console_open(&console, &appliance.session) != 0) {
		warn("cannot read a console");
		goto free_appliance;
	}
	if (appliance.machine.is_foreign && refusal.outcome == OUTCOME_OK)
		warnx("%s: its init is not Lull's: bench shows the console only, and no results",
		      options.image);
	status = boot_and_report(&appliance, &options, &refusal, &console);
	console_close(&console);
free_appliance:
	appliance_free(&appliance);
free_options:
	boot_options_free(&options);
	return status;
}
