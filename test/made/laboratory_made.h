/* SPDX-License-Identifier: MIT */
/* A machine in a laboratory, played by small programs, and the outcome of a boot there. */
#ifndef LULL_TEST_LABORATORY_MADE_H
#define LULL_TEST_LABORATORY_MADE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "boot/boot.h"

#define SHELL(script) ((char *const[]){"sh", "-c", (char *)script, NULL})
#define WORDS(...) ((char *const[]){__VA_ARGS__, NULL})

/*
 * Seconds after which a test gives up on a machine that never comes back or prints nothing. A
 * machine does its work within half a second; set_up allows more time on a busy host.
 */
static unsigned patience = 3;

static const uint64_t session = 77;
static struct laboratory laboratory;
static struct boot boot;
static struct console console;
static struct result result;
static char reason[OUTCOME_REASON_MAX + 1];
static char folder[] = "/tmp/test_target.XXXXXX";
static size_t logged; /* bytes */

/* Orphans become children of this process; killed ones may take a moment to end. */
static void
assert_nobody_is_left(void)
{
	const struct timespec moment = {0, 10 * 1000 * 1000};
	pid_t pid = 0;

	for (int i = 0; i < 3000 && (pid = waitpid(-1, NULL, WNOHANG)) >= 0; i++)
		if (pid == 0)
			nanosleep(&moment, NULL);
	assert_int_equal(pid, -1);
	assert_int_equal(errno, ECHILD);
}

/* Boots the laboratory, and checks that no process is left. */
static enum outcome
run_within(struct boot_limits limits)
{
	const struct machine machine = {.kernel = "the kernel",
					.initrd = "the image",
					.line = "the line",
					.laboratory = &laboratory};
	struct text t = text_in(reason, sizeof(reason) - 1);
	int log = memfd_create("log", MFD_CLOEXEC);

	memset(reason, 0, sizeof(reason));
	result_free(&result);
	result = (struct result){0};
	assert_int_equal(console_open(&console, &session), 0);
	boot =
	    (struct boot){.machine = &machine, .console = &console, .log = log, .limits = limits};
	assert_int_equal(boot_run(&boot), 0);
	assert_nobody_is_left();
	logged = (size_t)lseek(log, 0, SEEK_END);
	close(log);
	assert_int_equal(result_read(&result, console.wire), 0);
	const struct evidence evidence = {
	    .end = boot.end,
	    .limit_s = boot.limit_s,
	    .qemu_error = boot.error,
	    .console = &console,
	    .result = &result,
	    .verdict = wire_log_verdict(console.wire),
	};
	enum outcome outcome = outcome_judge(&evidence, &t);
	console_close(&console);
	laboratory = (struct laboratory){0};
	for (size_t i = 0; i < t.used; i++)
		assert_in_range(reason[i], 0x20, 0x7e);
	return outcome;
}

static enum outcome
run(void)
{
	return run_within((struct boot_limits){.silence = 60, .bytes = 1u << 30});
}

static enum outcome
run_until_silent(void)
{
	return run_within((struct boot_limits){.silence = patience});
}

/* The path of a file in the tests' folder. */
static char *
in_folder(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* The output of a machine whose command exits with 0. */
static void
write_records(const char *name, const char *before)
{
	struct wire_encoder encoder;
	char line[WIRE_LINE_MAX];
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	wire_start(&encoder, session);
	fputs(before, file);
	fwrite(line, 1, wire_encode(&encoder, "hello", "init 0.1\n", 9, line), file);
	fwrite(line, 1, wire_encode(&encoder, "start", "run 1\n", 6, line), file);
	fwrite(line, 1, wire_encode(&encoder, "exit", "run 1\nstatus 0\n", 15, line), file);
	fwrite(line, 1, wire_encode_end(&encoder, line), file);
	assert_int_equal(fclose(file), 0);
}

/*
 * Twenty programs that sleep for 10 ms each take at most 0.3 s on an idle host. If they take
 * longer, so will the programs that play the machine.
 */
static void
adapt_patience(void)
{
	struct timespec began, ended;
	double seconds;

	clock_gettime(CLOCK_MONOTONIC, &began);
	if (system("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.01; sh -c 'sleep 0.01'; done") != 0)
		abort();
	clock_gettime(CLOCK_MONOTONIC, &ended);
	seconds =
	    (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
	patience *= 1 + (unsigned)(seconds / 0.6);
}

static int
set_up(void **state)
{
	(void)state;
	adapt_patience();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	result_free(&result);
	unlink(in_folder("records"));
	return rmdir(folder);
}

#endif
