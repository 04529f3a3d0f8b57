/* SPDX-License-Identifier: MIT */
/* The commands of a laboratory, their failures, and its ttys. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made/laboratory_made.h"
#include "target/tty.h"

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

static void
commands_in_their_order(void **state)
{
	static const char boots[] = "echo boot $LULL_KERNEL, $LULL_IMAGE, $LULL_CMDLINE >>done";
	static const char on[] = "echo on >>done", off[] = "echo off $LULL_IMAGE >>done",
			  cycle[] = "echo cycle >>done";
	(void)state;

	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .boot = SHELL(boots),
					 .power_on = SHELL(on),
					 .power_off = SHELL(off)};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done",
		     "boot the kernel, the image, the line\noff the image\non\noff the image\n");
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
	assert_string_equal(
	    reason,
	    "the target failed: the power-cycle command sh ended with status 3: no such outlet");
	assert_holds("done", "off\n");
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .boot = WORDS("/nonexistent/boot"),
					 .power_on = SHELL("echo on >>done")};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(
	    reason, "the target failed: cannot execute the boot command /nonexistent/boot: No such "
		    "file or directory");
	assert_int_equal(access("done", F_OK), -1);
	laboratory =
	    (struct laboratory){.console = WORDS("sleep", "1000"),
				.power_on = SHELL("trap '' TERM; yes >&2 & sleep 1000; sleep 1000"),
				.limit_s = 1};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the power-on command sh did not end within 1 s: y");
}

/* The results are complete; the failed power-off is reported for a person to act. */
static void
power_that_stays_on(void **state)
{
	char script[128];
	(void)state;

	write_records("records", "");
	snprintf(script, sizeof(script), "cat %s", in_folder("records"));
	laboratory = (struct laboratory){.console = SHELL(script),
					 .power_cycle = WORDS("true"),
					 .power_off = SHELL("echo stuck >&2; exit 1")};
	assert_int_equal(run(), OUTCOME_OK);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
	assert_true(boot.target_failed);
	assert_string_equal(boot.error, "the power-off command sh ended with status 1: stuck");
	laboratory = (struct laboratory){.console = WORDS("sleep", "1000"),
					 .power_cycle = WORDS("true"),
					 .power_off = WORDS("false")};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_true(boot.target_failed);
}

/* A command's children run until another command ends them. */
static void
machine_behind_a_command(void **state)
{
	(void)state;
	laboratory = (struct laboratory){
	    .console = WORDS("sleep", "1000"),
	    .power_on = SHELL("{ trap 'echo ended >>done; exit' TERM; echo up; while :; do sleep "
			      "0.1; done; } >done & "
			      "echo $! >pid; until [ -s done ]; do sleep 0.1; done"),
	    .power_off = SHELL("[ ! -f pid ] || { kill $(cat pid); rm pid; while ! grep -q ended "
			       "done; do sleep 0.1; done; }"),
	};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "up\nended\n");
	/* The command runs in the usual environment: a closed pipe ends it. */
	laboratory =
	    (struct laboratory){.console = WORDS("sleep", "1000"),
				.boot = SHELL("{ yes; echo $? >done; } | head -n 1 >/dev/null")};
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_holds("done", "141\n");
}

/* A signal is handled while a command runs, and the power is still cut. */
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

/* A second signal does not wait for the power to be cut. */
static void
signal_once_more(void **state)
{
	sigset_t interrupt, before;
	(void)state;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	raise(SIGINT);
	laboratory =
	    (struct laboratory){.console = WORDS("sleep", "1000"),
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

	/* This compares padding too. */
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &before), 0);
	assert_true((before.c_lflag & ICANON) != 0);
	assert_int_equal(write(master, "stale\n", 6), 6);
	assert_int_equal(poll(&(struct pollfd){slave, POLLIN, 0}, 1, -1),
			 1); /* the byte has arrived */
	laboratory =
	    (struct laboratory){.tty = name,
				.speed = 9600,
				.power_on = WORDS("sh", "-c", "stty speed <$0 >&2; exit 1", name)};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the power-on command sh ended with status 1: 9600");
	assert_int_equal(logged, 0);
	assert_string_equal(boot.type, "tty");
	assert_int_equal(tcgetattr(slave, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	/* Locked by another process. */
	struct tty other;
	assert_int_equal(tty_open(&other, name, 115200), 0);
	laboratory = (struct laboratory){.tty = name, .speed = 9600};
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_non_null(strstr(reason, "another process has locked it"));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_in_their_order), cmocka_unit_test(commands_that_fail),
	    cmocka_unit_test(power_that_stays_on),     cmocka_unit_test(machine_behind_a_command),
	    cmocka_unit_test(signal_meanwhile),	       cmocka_unit_test(signal_once_more),
	    cmocka_unit_test(tty_is_given_back),       cmocka_unit_test(tty_is_hung_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
