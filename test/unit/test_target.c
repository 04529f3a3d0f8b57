/* SPDX-License-Identifier: MIT */
/* Machines on a table, played by small programs: whatever their line and their commands do, there is a right outcome. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "boot.h"
#include "tty.h"

#define SHELL(script) ((char *const[]){"sh", "-c", (char *)script, NULL})
#define WORDS(...) ((char *const[]){__VA_ARGS__, NULL})

enum { MIB = 1 << 20 };

static const uint64_t session = 77;
static struct laboratory laboratory;
static struct boot boot;
static struct console console;
static struct result result;
static char reason[OUTCOME_REASON_MAX + 1];
static char folder[] = "/tmp/test_target.XXXXXX";
static size_t logged; /* bytes */

/* What is orphaned comes to this process; what was killed may take a moment to be gone. */
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

/* Boots the laboratory, and looks that no process is left. */
static enum outcome
run_within(struct boot_limits limits)
{
	const struct machine machine = {
	    .kernel = "the kernel", .initrd = "the image", .line = "the line", .laboratory = &laboratory};
	struct text t = text_in(reason, sizeof(reason) - 1);
	int log = memfd_create("log", MFD_CLOEXEC);

	memset(reason, 0, sizeof(reason));
	result_free(&result);
	result = (struct result){0};
	assert_int_equal(console_open(&console, &session), 0);
	boot = (struct boot){.machine = &machine, .console = &console, .log = log, .limits = limits};
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
	return run_within((struct boot_limits){.silence = 1});
}

/* The path of a file that the tests share. */
static char *
in_folder(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
assert_holds(const char *name, const char *expected)
{
	char bytes[1024] = "";
	int fd = open(in_folder(name), O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, bytes, sizeof(bytes) - 1) >= 0);
	close(fd);
	unlink(in_folder(name));
	assert_string_equal(bytes, expected);
}

/* What a machine says whose command has ended with 0. */
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

static void
line_that_dies(void **state)
{
	(void)state;
	laboratory.console = WORDS("false");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: the console command false ended with status 1");
	laboratory.console = SHELL("echo; echo 'no \033 route' >&2; echo more >&2; exit 255");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED); /* something had come */
	laboratory.console = SHELL("echo >&2; echo 'no \033 route' >&2; echo more >&2; exit 255");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: the console command sh ended with status 255: no \\x1b route");
	laboratory.console = SHELL("kill -9 $$");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: the console command sh was killed by signal 9");
	laboratory.console = WORDS("true");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	laboratory.console = SHELL("exec >&-; sleep 1000");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	laboratory.console = WORDS("/nonexistent/console");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: cannot execute the console command /nonexistent/console: "
				    "No such file or directory");
}

static void
line_that_hangs(void **state)
{
	(void)state;
	laboratory.console = WORDS("sleep", "1000");
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(boot.end, MACHINE_SILENT);
	/* Deaf to TERM, and with a child that is as well. */
	laboratory.console =
	    SHELL("trap '' TERM; echo '[    0.000000] Linux version'; sleep 1000 & sleep 1000; sleep 1000");
	assert_int_equal(run_until_silent(), OUTCOME_HANG);
}

static void
lines_of_odd_bytes(void **state)
{
	(void)state;
	laboratory = (struct laboratory){.console = WORDS("yes"), .power_off = WORDS("sleep", "1")};
	assert_int_equal(run_within((struct boot_limits){.silence = 60, .bytes = MIB}), OUTCOME_FLOODED);
	assert_int_equal(boot.end, MACHINE_FLOODED);
	assert_in_range(logged, MIB / 2, MIB);
	laboratory.console = SHELL("head -c 3000000 /dev/zero");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(logged, 3000000);
	laboratory.console = SHELL("head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/urandom");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(logged, 6000000);
	laboratory.console = SHELL("printf '[    1.000000] Kernel panic - not syncing: \\033[31m\\0red\\n'");
	assert_int_equal(run(), OUTCOME_PANIC);
	assert_string_equal(reason, "Kernel panic - not syncing: \\x1b[31m\\x00red");
}

/* Behind all that, records come through. */
static void
results_behind_odd_bytes(void **state)
{
	char script[256];
	(void)state;

	write_records("records", "\033[2J\n");
	snprintf(script, sizeof(script),
		 "head -c 2000000 /dev/zero; head -c 2000000 /dev/zero | tr '\\0' x; echo; cat %s",
		 in_folder("records"));
	laboratory.console = SHELL(script);
	assert_int_equal(run(), OUTCOME_OK);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
	assert_string_equal(boot.type, "command");
}

static void
commands_in_their_order(void **state)
{
	static const char boots[] = "echo boot $LULL_KERNEL, $LULL_IMAGE, $LULL_CMDLINE >>done";
	static const char on[] = "echo on >>done", off[] = "echo off $LULL_IMAGE >>done", cycle[] = "echo cycle >>done";
	(void)state;

	laboratory = (struct laboratory){
	    .console = WORDS("sleep", "1000"), .boot = SHELL(boots), .power_on = SHELL(on), .power_off = SHELL(off)};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "boot the kernel, the image, the line\noff the image\non\noff the image\n");
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .boot = SHELL(boots),
					 .power_on = SHELL(on),
					 .power_off = SHELL(off),
					 .power_cycle = SHELL(cycle)};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "boot the kernel, the image, the line\ncycle\noff the image\n");
}

static void
commands_that_fail(void **state)
{
	(void)state;
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .power_cycle = SHELL("echo 'no such outlet' >&2; exit 3"),
					 .power_off = SHELL("echo off >>done")};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the power-cycle command sh ended with status 3: no such outlet");
	assert_holds("done", "off\n");
	laboratory = (struct laboratory){
	    .console = WORDS("sleep", "1000"), .boot = WORDS("/nonexistent/boot"), .power_on = SHELL("echo on >>done")};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: cannot execute the boot command /nonexistent/boot: No such "
				    "file or directory");
	assert_int_equal(access("done", F_OK), -1);
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .power_on = SHELL("trap '' TERM; yes >&2 & sleep 1000; sleep 1000"),
					 .limit_s = 1};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: the power-on command sh has not ended within 1 s: y");
}

/* The results are there; who has to cut the power by hand is told by the machine's end. */
static void
power_that_stays_on(void **state)
{
	char script[128];
	(void)state;

	write_records("records", "");
	snprintf(script, sizeof(script), "cat %s", in_folder("records"));
	laboratory = (struct laboratory){
	    .console = SHELL(script), .power_cycle = WORDS("true"), .power_off = SHELL("echo stuck >&2; exit 1")};
	assert_int_equal(run(), OUTCOME_OK);
	assert_int_equal(boot.end, MACHINE_TARGET_FAILED);
	assert_string_equal(boot.error, "the power-off command sh ended with status 1: stuck");
	laboratory = (struct laboratory){
	    .console = WORDS("sleep", "1000"), .power_cycle = WORDS("true"), .power_off = WORDS("false")};
	assert_int_equal(run_until_silent(), OUTCOME_TARGET_FAILED);
}

/* What a command has started goes on until another ends it. */
static void
machine_behind_a_command(void **state)
{
	(void)state;
	laboratory = (struct laboratory){
	    .console = WORDS("sleep", "1000"),
	    .power_on = SHELL("{ trap 'echo ended >>done; exit' TERM; echo up; while :; do sleep 0.1; done; } >done & "
			      "echo $! >pid; until [ -s done ]; do sleep 0.1; done"),
	    .power_off =
		SHELL("[ ! -f pid ] || { kill $(cat pid); rm pid; while ! grep -q ended done; do sleep 0.1; done; }"),
	};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "up\nended\n");
	/* Its surroundings are those of any program: a closed pipe ends it. */
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .boot = SHELL("{ yes; echo $? >done; } | head -n 1 >/dev/null")};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "141\n");
}

/* A signal is heard while a command runs, and the power is cut all the same. */
static void
signal_meanwhile(void **state)
{
	sigset_t term, before;
	(void)state;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	raise(SIGTERM);
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .power_cycle = WORDS("sleep", "1000"),
					 .power_off = SHELL("echo off >>done")};
	run();
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(boot.signal, SIGTERM);
	assert_int_equal(boot.end, MACHINE_ESCAPED);
	assert_holds("done", "off\n");
}

/* Who asks for the end a second time does not wait for the power to be cut. */
static void
signal_once_more(void **state)
{
	sigset_t interrupt, before;
	(void)state;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	raise(SIGINT);
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .power_off = SHELL("kill -INT $PPID; sleep 1000; sleep 1000")};
	run();
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(boot.signal, SIGINT);
	assert_int_equal(boot.end, MACHINE_ESCAPED);
}

static int
open_pty(char *name, size_t size)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, name, size), 0);
	return master;
}

static void
tty_is_given_back(void **state)
{
	struct termios before, after;
	char name[64];
	int master = open_pty(name, sizeof(name));
	int slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	(void)state;

	/* Padding is compared as well. */
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &before), 0);
	assert_true((before.c_lflag & ICANON) != 0);
	assert_int_equal(write(master, "stale\n", 6), 6);
	assert_int_equal(poll(&(struct pollfd){slave, POLLIN, 0}, 1, -1), 1); /* it is there */
	laboratory = (struct laboratory){
	    .tty = name, .speed = 9600, .power_on = WORDS("sh", "-c", "stty speed <$0 >&2; exit 1", name)};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: the power-on command sh ended with status 1: 9600");
	assert_int_equal(logged, 0);
	assert_string_equal(boot.type, "tty");
	assert_int_equal(tcgetattr(slave, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	/* Another has it. */
	struct tty other;
	assert_int_equal(tty_open(&other, name, 115200), 0);
	laboratory = (struct laboratory){.tty = name, .speed = 9600};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_non_null(strstr(reason, "another has it"));
	tty_close(&other);
	close(slave);
	close(master);
}

static void
tty_is_hung_up(void **state)
{
	char name[64], script[64];
	int master = open_pty(name, sizeof(name));
	pid_t pid = fork();
	(void)state;

	if (pid == 0)
		for (;;)
			pause();
	close(master);
	snprintf(script, sizeof(script), "kill -9 %ld", (long)pid);
	laboratory = (struct laboratory){.tty = name, .speed = 115200, .power_on = SHELL(script)};
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
}

static int
set_up(void **state)
{
	(void)state;
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_that_dies),	       cmocka_unit_test(line_that_hangs),
	    cmocka_unit_test(lines_of_odd_bytes),      cmocka_unit_test(results_behind_odd_bytes),
	    cmocka_unit_test(commands_in_their_order), cmocka_unit_test(commands_that_fail),
	    cmocka_unit_test(power_that_stays_on),     cmocka_unit_test(machine_behind_a_command),
	    cmocka_unit_test(signal_meanwhile),	       cmocka_unit_test(tty_is_given_back),
	    cmocka_unit_test(tty_is_hung_up),	       cmocka_unit_test(signal_once_more),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
