/* SPDX-License-Identifier: MIT */
#include "boot/kvm.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/places.h"
#include "boot/boot.h"
#include "boot/kernel_line.h"
#include "boot/terminal.h"
#include "console/outcome.h"
#include "report/verdict.h"

enum { PROBE_S = 15 };

static const char device[] = "/dev/kvm";
static const char works[] = "works";
static const uint64_t probe_session = 0x6c756c6c2d6b766d;

/* Makes the key that the answer is valid for: this start of the host and this QEMU. */
static int
make_key(const char *qemu, char key[KVM_KEY_MAX])
{
	char boot[64] = "";
	struct stat status;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (file == NULL)
		return -1;
	char *got = fgets(boot, sizeof(boot), file);
	fclose(file);
	if (got == NULL || stat(qemu, &status) != 0)
		return -1;
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(key, KVM_KEY_MAX, "%s %lld.%09ld %lld", boot, (long long)status.st_mtim.tv_sec,
		 status.st_mtim.tv_nsec, (long long)status.st_size);
	return 0;
}

static int
cache_path(char *path, size_t size)
{
	char folder[4000];

	if (places_cache(folder, sizeof(folder)) != 0)
		return -1;
	snprintf(path, size, "%s/kvm", folder);
	return 0;
}

/*
 * The cache has two lines: the key, and `works` or the reason why not. Returns whether it has an
 * answer for the key.
 */
static bool
read_cache(const char *key, char *answer, size_t size)
{
	char path[4096], kept[KVM_KEY_MAX + 2];
	FILE *file = cache_path(path, sizeof(path)) == 0 ? fopen(path, "re") : NULL;
	bool found;

	if (file == NULL)
		return false;
	found = fgets(kept, sizeof(kept), file) != NULL && fgets(answer, (int)size, file) != NULL;
	fclose(file);
	if (!found)
		return false;
	kept[strcspn(kept, "\n")] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return strcmp(kept, key) == 0 && answer[0] != '\0';
}

/* Ignores errors: without the cache the next boot just probes again. */
static void
write_cache(const char *key, const char *answer)
{
	char path[4096], text[KVM_KEY_MAX + KVM_WHY_MAX + 2];

	if (cache_path(path, sizeof(path)) != 0)
		return;
	int length = snprintf(text, sizeof(text), "%s\n%s\n", key, answer);
	(void)!io_replace(AT_FDCWD, path, text, (size_t)length);
}

/* Judges the probe's boot. */
static enum kvm_answer
judge_probe(const struct boot *boot, struct console *console, char *why, size_t size)
{
	struct verdict v;
	struct report report = {.outcome = OUTCOME_LOST_DATA};
	struct evidence evidence = {.end = boot->end,
				    .limit_s = boot->limit_s,
				    .qemu_error = boot->error,
				    .console = console};

	if (verdict_reach(&v, &evidence, &report) != 0)
		snprintf(v.reason, sizeof(v.reason), "%s", strerror(errno));
	enum outcome outcome = report.outcome;
	if (outcome == OUTCOME_HANG || outcome == OUTCOME_NEVER_BOOTED)
		snprintf(why, size, "no guest came up within %d s", PROBE_S);
	else
		snprintf(why, size, "%.*s", (int)size - 1, v.reason);
	verdict_free(&v);
	switch (outcome) {
	case OUTCOME_OK:
	case OUTCOME_WARNING:
	case OUTCOME_INIT_FAILED:
		return KVM_WORKS;
	case OUTCOME_HANG:
		/*
		 * init has come up, and waits for something that the image's experiment names and
		 * the probe does not have.
		 */
		return console->wait_s > 0 ? KVM_WORKS : KVM_FAILS;
	case OUTCOME_NEVER_BOOTED:
	case OUTCOME_QEMU_FAILED:
		return KVM_FAILS;
	default:
		return KVM_UNKNOWN;
	}
}

static enum kvm_answer
boot_once(const struct machine *machine, char *why, size_t size, int *signal)
{
	static char init[] = "/init", version[] = "--version";
	char *const run[] = {init, version, NULL};
	struct kernel_line line;
	struct machine probe = *machine;
	struct terminal terminal = terminal_for_progress("trying KVM: ");
	struct console console;
	enum kvm_answer answer = KVM_UNKNOWN;
	struct kernel_line_request request = {
	    .session = probe_session, .timeout_s = PROBE_S, .run = run, .board = machine->board};

	snprintf(why, size, "%s", strerror(ENOMEM));
	if (kernel_line_make(&line, &request) != 0)
		return KVM_UNKNOWN;
	probe.accel = ACCEL_KVM;
	probe.exact = false;
	probe.extra = NULL;
	probe.line = line.line;
	struct boot boot = {
	    .machine = &probe,
	    .limits = {.silence = PROBE_S, .run = PROBE_S, .total = PROBE_S},
	    .console = &console,
	    .log = -1,
	    .terminal = &terminal,
	};
	if (console_open(&console, &probe_session) == 0) {
		if (boot_run(&boot) != 0)
			snprintf(why, size, "%s", strerror(errno));
		else if (boot.signal == 0)
			answer = judge_probe(&boot, &console, why, size);
		console_close(&console);
	}
	kernel_line_free(&line);
	*signal = boot.signal;
	return boot.signal != 0 ? KVM_SIGNAL : answer;
}

void
kvm_probe(struct kvm *kvm, const struct machine *machine)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	*kvm = (struct kvm){.answer = KVM_FAILS};
	if (fd < 0) {
		snprintf(kvm->why, sizeof(kvm->why), "%s: %s", device, strerror(errno));
		return;
	}
	close(fd);
	if (make_key(machine->qemu, kvm->key) != 0)
		kvm->key[0] = '\0';
	if (kvm->key[0] != '\0' && read_cache(kvm->key, kvm->why, sizeof(kvm->why))) {
		kvm->answer = strcmp(kvm->why, works) == 0 ? KVM_WORKS : KVM_FAILS;
		return;
	}
	if (machine->is_foreign) {
		kvm->answer = KVM_UNKNOWN;
		snprintf(kvm->why, sizeof(kvm->why), "a boot with Lull's init tries it");
		return;
	}
	kvm->answer = boot_once(machine, kvm->why, sizeof(kvm->why), &kvm->signal);
	kvm->is_new = true;
}

void
kvm_choose(struct kvm *kvm, struct machine *machine)
{
	*kvm = (struct kvm){.answer = KVM_UNKNOWN};
	if (machine->exact || machine->laboratory != NULL)
		return;
	kvm_probe(kvm, machine);
	if (kvm->answer == KVM_WORKS) {
		machine->accel = ACCEL_KVM;
		kvm_remember(kvm);
	} else if (kvm->answer != KVM_SIGNAL) {
		warnx("KVM %s here (%s): using TCG",
		      kvm->answer == KVM_FAILS ? "does not work" : "may not work", kvm->why);
	}
}

void
kvm_remember(const struct kvm *kvm)
{
	if (!kvm->is_new || kvm->key[0] == '\0')
		return;
	if (kvm->answer == KVM_WORKS || kvm->answer == KVM_FAILS)
		write_cache(kvm->key, kvm->answer == KVM_WORKS ? works : kvm->why);
}
