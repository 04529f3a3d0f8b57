/* SPDX-License-Identifier: MIT */
/* bench: boots appliances, reads what comes over the serial console, and says what became of it. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance.h"
#include "boot.h"
#include "boot_options.h"
#include "console.h"
#include "escape.h"
#include "kvm.h"
#include "outcome.h"
#include "places.h"
#include "report_json.h"
#include "report_text.h"
#include "result.h"
#include "store.h"
#include "store.h"
#include "terminal.h"

#ifndef LULL_VERSION
#define LULL_VERSION "unknown"
#endif

#define DECODE_USAGE "bench decode [--json] LOG\n"
#define OTHER_USAGE "       bench --help | --version\n"

enum { DECODE_PIECE = 64 * 1024 };

/* What failed in a laboratory, where it is not the outcome's reason: who has to cut the power by hand must know. */
static void
warn_of_target(const char *error)
{
	char line[OUTCOME_REASON_MAX];
	struct text t = text_in(line, sizeof(line));

	escape_bytes(&t, error, strlen(error));
	warnx("the target failed: %.*s", (int)t.used, line);
}

/* Judges what was seen and tells it. Returns bench's exit status. */
static int
conclude(struct evidence *evidence, struct report *report, bool json, const char *files)
{
	static struct result result;
	static char reason[OUTCOME_REASON_MAX];
	struct text t = text_in(reason, sizeof(reason) - 1);
	struct wire_log *wire = evidence->console->wire;

	if (result_read(&result, wire) != 0) {
		warn("cannot read the records");
		return STATUS_NO_VERDICT;
	}
	evidence->result = &result;
	evidence->verdict = wire_log_verdict(wire);
	report->outcome = outcome_judge(evidence, &t);
	report->reason = reason;
	report->status = outcome_status(report->outcome, &result);
	report->result = &result;
	report->wire = wire;
	int failed = 0;
	if (json) {
		failed = report_json_print(report);
	} else {
		if (outcome_is_final(report->outcome))
			failed = report_text_output(&result);
		report_text_remarks(&result);
	}
	if (files != NULL && outcome_is_final(report->outcome))
		failed |= store_files(&result, files);
	else if (files == NULL && result.file_count > 0)
		warnx("%zu files came back; --files DIR would keep them", result.file_count);
	if (reason[0] != '\0')
		warnx("%s", reason);
	if (outcome_is_final(report->outcome) && evidence->console->panicked && !evidence->console->panicked_before_end)
		warnx("the kernel panicked at the machine's end, after the results had come");
	if (outcome_is_final(report->outcome) && evidence->end == MACHINE_TARGET_FAILED)
		warn_of_target(evidence->qemu_error);
	result_free(&result);
	return failed != 0 ? STATUS_NO_VERDICT : report->status;
}

/* Ends bench as the signal would have, so that whoever started it sees that. */
static void
die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void
choose_accel(struct appliance *a, struct kvm *kvm)
{
	*kvm = (struct kvm){.answer = KVM_UNKNOWN};
	if (a->machine.exact || a->machine.laboratory != NULL)
		return;
	kvm_probe(kvm, &a->machine);
	if (kvm->answer == KVM_SIGNAL)
		die_of(kvm->signal);
	if (kvm->answer == KVM_WORKS) {
		a->machine.accel = ACCEL_KVM;
		kvm_remember(kvm);
		return;
	}
	warnx("KVM %s here (%s): using TCG", kvm->answer == KVM_FAILS ? "does not work" : "is not proved to work",
	      kvm->why);
}

/*
 * Boots the prepared machine and fills in the evidence and what is known of the machine. Returns 0, or -1 after telling
 * what went wrong on bench's side.
 */
static int
boot_appliance(struct appliance *a, struct console *console, int log, struct evidence *evidence, struct report *report)
{
	static struct boot boot;
	struct terminal terminal = terminal_for_progress("");

	boot = (struct boot){.machine = &a->machine, .console = console, .log = log, .terminal = &terminal};
	if (!a->interactive)
		boot.limits = boot_limits_for(a->timeout_s, a->image_mib, a->machine.exact);
	else if (terminal_open(&terminal) != 0) {
		warn("cannot set up the terminal");
		return -1;
	}
	int result = boot_run(&boot);
	int error = errno;
	terminal_restore(&terminal);
	if (boot.signal != 0 && boot.end == MACHINE_TARGET_FAILED)
		warn_of_target(boot.error);
	if (boot.signal != 0)
		die_of(boot.signal);
	errno = error;
	if (result != 0)
		warn("cannot boot");
	if (boot.log_failed)
		warnx("the console log is not whole: it could not be written");
	evidence->end = boot.end;
	evidence->limit_s = boot.limit_s;
	evidence->qemu_error = boot.error;
	report->qemu = boot.version[0] != '\0' ? boot.version : NULL;
	report->machine = boot.type[0] != '\0' ? boot.type : NULL;
	return result;
}

static void
tell_log(const struct report *report, const char *path)
{
	if (report->outcome == OUTCOME_OK || report->outcome == OUTCOME_FAILED)
		return;
	if (report->exact)
		warnx("the console log is kept under $XDG_STATE_HOME/lull");
	else
		warnx("console log: %s", path);
}

/* Everything from the prepared appliance on. */
static int
boot_and_tell(struct appliance *a, const struct boot_options *o, struct console *console)
{
	struct evidence evidence = {.end = a->problem, .console = console, .interactive = a->interactive};
	struct kvm kvm;
	char path[PATH_MAX];

	if (a->problem != MACHINE_UNKNOWN)
		return conclude(&evidence, &(struct report){0}, o->json, NULL);
	choose_accel(a, &kvm);
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
	int log = places_open_log(path, sizeof(path));
	if (log < 0 || boot_appliance(a, console, log, &evidence, &report) != 0)
		return STATUS_NO_VERDICT;
	close(log);
	if (console->stage >= STAGE_INIT)
		kvm_remember(&kvm);
	int status = conclude(&evidence, &report, o->json, o->files);
	tell_log(&report, path);
	return status;
}

static int
main_boot(int argc, char *argv[])
{
	static struct boot_options options;
	static struct appliance appliance;
	struct console console;
	int status = STATUS_NO_VERDICT;

	if (boot_options_read(&options, argc, argv) != 0)
		goto free_options;
	if (options.help) {
		fputs(BOOT_USAGE, stdout);
		status = 0;
		goto free_options;
	}
	if (appliance_prepare(&appliance, &options) != 0)
		goto free_appliance;
	if (console_open(&console, &appliance.session) != 0) {
		warn("cannot read a console");
		goto free_appliance;
	}
	status = boot_and_tell(&appliance, &options, &console);
	console_close(&console);
free_appliance:
	appliance_free(&appliance);
free_options:
	boot_options_free(&options);
	return status;
}

/* Feeds a file to the console. Returns 0, or -1 with errno. */
static int
read_log(const char *path, struct console *console)
{
	static char bytes[DECODE_PIECE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || console_feed(console, bytes, (size_t)n) != 0)
			break;
	}
	int error = errno;
	close(fd);
	errno = error;
	return n == 0 ? console_feed(console, NULL, 0) : -1;
}

static int
main_decode(int argc, char *argv[])
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	struct console console;
	struct evidence evidence = {.end = MACHINE_UNKNOWN, .console = &console};

	if (argc != (json ? 3 : 2)) {
		fputs("usage: " DECODE_USAGE, stderr);
		return STATUS_NO_VERDICT;
	}
	if (console_open(&console, NULL) != 0)
		err(STATUS_NO_VERDICT, "cannot read a console");
	if (read_log(argv[argc - 1], &console) != 0)
		err(STATUS_NO_VERDICT, "cannot read %s", argv[argc - 1]);
	int status = conclude(&evidence, &(struct report){0}, json, NULL);
	console_close(&console);
	return status;
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		int (*run)(int argc, char *argv[]);
	} commands[] = {{"boot", main_boot}, {"decode", main_decode}};

	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("bench " LULL_VERSION);
		return 0;
	}
	bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
	if (argc > 1 && !asked)
		warnx("%s: no such command", argv[1]);
	fputs(BOOT_USAGE "       " DECODE_USAGE OTHER_USAGE, asked ? stdout : stderr);
	return asked ? 0 : STATUS_NO_VERDICT;
}
