/* SPDX-License-Identifier: MIT */
/*
 * Machines of a laboratory that restart into a system of their own. Here the machine is up in it
 * while the file `up` exists: the boot command removes the file, and the player of the machine
 * creates it again.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made/laboratory_made.h"

static const char waits[] = "echo wait >>done; until [ -e up ]; do sleep 0.02; done";
static const char boots[] = "echo boot >>done; rm up; touch booted";
static const char cycles[] = "echo cycle >>done; touch up";

/* Formats the seconds that a test waits. */
static const char *
with_patience(const char *format)
{
	static char bytes[128];

	snprintf(bytes, sizeof(bytes), format, patience);
	return bytes;
}

/* Compares the steps, without the waits that were ended before they could log. */
static void
assert_done(const char *expected)
{
	char bytes[1024] = "";
	int fd = open("done", O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, bytes, sizeof(bytes) - 1) >= 0);
	close(fd);
	unlink("done");
	unlink("up");
	unlink("booted");
	assert_string_equal(bytes, expected);
}

/* `machine`: a script that plays the booted machine; its output is the line. */
static void
make_machine(const char *machine, bool is_up)
{
	static char script[512];
	static char *shell[] = {"sh", "-c", script, NULL},
		    *wait[] = {"sh", "-c", (char *)waits, NULL},
		    *boot_it[] = {"sh", "-c", (char *)boots, NULL};

	if (is_up)
		close(open("up", O_WRONLY | O_CREAT, 0600));
	snprintf(script, sizeof(script),
		 "until [ -e booted ]; do sleep 0.02; done; sleep 0.3; %s; sleep 1000", machine);
	laboratory =
	    (struct laboratory){.console = shell, .wait = wait, .boot = boot_it, .return_s = 600};
}

/* The same for a machine that comes back only after a power cycle, or never. */
static void
make_away(const char *machine, bool is_up)
{
	make_machine(machine, is_up);
	laboratory.return_s = patience;
}

static void
boots_and_comes_back(void **state)
{
	(void)state;
	write_records("records", "");
	for (int i = 0; i < 3; i++) {
		make_machine("cat records; sleep 0.5; touch up", true);
		assert_int_equal(run(), OUTCOME_OK);
		assert_done("wait\nboot\nwait\n");
	}
}

static void
comes_back_without_results(void **state)
{
	(void)state;
	make_machine("echo '[    9.000000] reboot: Restarting system'; touch up", true);
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_string_equal(reason,
			    "init reported nothing, and the machine is back in its own system");
	assert_int_equal(boot.end, MACHINE_RETURNED);
	assert_done("wait\nboot\nwait\n");
	write_records("records", "");
	make_machine("head -n 2 records; touch up", true);
	assert_int_equal(run(), OUTCOME_RESET);
	assert_string_equal(reason,
			    "the machine returned to its own system before the results arrived");
	assert_done("wait\nboot\nwait\n");
	make_machine("echo '[    1.000000] Kernel panic - not syncing: x'; sleep 0.5; touch up",
		     true);
	assert_int_equal(run(), OUTCOME_PANIC);
	assert_done("wait\nboot\nwait\n");
}

/* Output of the machine's own system before the restart is dropped. */
static void
words_of_its_own_system(void **state)
{
	(void)state;
	write_records("records", "");
	make_machine("cat records; touch up", true);
	laboratory.console =
	    SHELL("echo '[    1.000000] Kernel panic - not syncing: own'; touch said; until [ -e "
		  "booted ]; do "
		  "sleep 0.02; done; sleep 0.3; cat records; touch up; rm said; sleep 1000");
	laboratory.boot = SHELL("until [ -e said ]; do sleep 0.02; done; sleep 0.3; echo boot "
				">>done; rm up; touch booted");
	assert_int_equal(run(), OUTCOME_OK);
	assert_false(console.panicked);
	assert_done("wait\nboot\nwait\n");
	/* It prints until it restarts. */
	make_away("echo '[   98.000000] Kernel panic - not syncing: own'; echo '[   99.000000] "
		  "reboot: Restarting system'; "
		  "echo '[   99.100000] reboot: machine restart'; echo GRUB",
		  true);
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_string_equal(reason, with_patience("the kernel printed nothing (waited %u s)"));
	assert_done("wait\nboot\nwait\nwait\n");
}

/* The results are complete; that the machine did not come back is reported. */
static void
stays_away(void **state)
{
	(void)state;
	write_records("records", "");
	make_away("cat records", true);
	assert_int_equal(run_within((struct boot_limits){.silence = 60}), OUTCOME_OK);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
	assert_true(boot.target_failed);
	assert_string_equal(boot.error,
			    with_patience("the wait command sh did not end within %u s"));
	assert_done("wait\nboot\nwait\nwait\n");
	make_away("cat records", true);
	laboratory.power_cycle = SHELL(cycles);
	assert_int_equal(run_within((struct boot_limits){.silence = 60}), OUTCOME_OK);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
	assert_false(boot.target_failed);
	assert_done("wait\nboot\nwait\nwait\ncycle\nwait\n");
}

static void
hangs(void **state)
{
	(void)state;
	make_away("echo '[    1.000000] x'", true);
	laboratory.power_cycle = SHELL(cycles);
	assert_int_equal(run_until_silent(), OUTCOME_HANG);
	assert_done("wait\nboot\nwait\ncycle\nwait\n");
	/* The failure is reported in addition to the outcome. */
	make_away("echo '[    1.000000] x'", true);
	assert_int_equal(run_until_silent(), OUTCOME_HANG);
	assert_true(boot.target_failed);
	assert_done("wait\nboot\nwait\nwait\n");
	make_away("echo '[    1.000000] Kernel panic - not syncing: x'", true);
	assert_int_equal(run_until_silent(), OUTCOME_PANIC);
	assert_true(boot.target_failed);
	assert_done("wait\nboot\nwait\nwait\n");
	/* The power may be cycled at the start and at the end. */
	make_away("echo '[    1.000000] x'", false);
	laboratory.power_cycle = SHELL(cycles);
	assert_int_equal(run_until_silent(), OUTCOME_HANG);
	assert_false(boot.target_failed);
	assert_done("wait\ncycle\nwait\nboot\nwait\ncycle\nwait\n");
}

static void
does_not_answer_at_the_start(void **state)
{
	(void)state;
	write_records("records", "");
	make_away("cat records; touch up", false);
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(
	    reason,
	    with_patience("the target failed: the wait command sh did not end within %u s"));
	assert_done("wait\n");
	make_away("cat records; touch up", false);
	laboratory.power_cycle = SHELL(cycles);
	assert_int_equal(run(), OUTCOME_OK);
	assert_done("wait\ncycle\nwait\nboot\nwait\n");
}

/* A failed watch does not end the run. */
static void
cannot_be_asked(void **state)
{
	(void)state;
	write_records("records", "");
	make_machine("cat records; rm denied; touch up", true);
	laboratory.wait = SHELL("[ ! -e denied ] || { echo denied >&2; exit 1; }; until [ -e up ]; "
				"do sleep 0.02; done");
	laboratory.boot = SHELL("echo boot >>done; rm up; touch booted denied");
	assert_int_equal(run(), OUTCOME_OK);
	assert_done("boot\n");
	make_machine("true", true);
	laboratory.wait = SHELL("echo denied >&2; exit 1");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the wait command sh ended with status 1: denied");
	unlink("up");
	make_machine("true", true);
	laboratory.boot = SHELL("echo boot >>done; echo 'no space' >&2; exit 1");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the boot command sh ended with status 1: no space");
	assert_done("wait\nboot\n");
}

/* After an interrupt bench does not wait until the machine is back. */
static void
interrupted(void **state)
{
	sigset_t term, before;
	(void)state;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	make_machine("kill -TERM $PPID", true);
	laboratory.return_s = 1000;
	run();
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(boot.signal, SIGTERM);
	assert_int_equal(boot.end, MACHINE_ESCAPED);
	assert_done("wait\nboot\nwait\n");
}

/* The same at the machine's end: the results are complete and stay. */
static void
interrupted_at_the_end(void **state)
{
	(void)state;
	write_records("records", "");
	/* During the wait, the fourth step. */
	make_machine(
	    "cat records; until [ $(wc -l <done) -ge 4 ]; do sleep 0.1; done; kill -TERM $PPID",
	    true);
	assert_int_equal(run(), OUTCOME_OK);
	assert_int_equal(boot.signal, 0);
	assert_int_equal(boot.end, MACHINE_POWERED_OFF);
	assert_false(boot.target_failed);
	assert_done("wait\nboot\nwait\nwait\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(boots_and_comes_back),
	    cmocka_unit_test(comes_back_without_results),
	    cmocka_unit_test(words_of_its_own_system),
	    cmocka_unit_test(stays_away),
	    cmocka_unit_test(hangs),
	    cmocka_unit_test(does_not_answer_at_the_start),
	    cmocka_unit_test(cannot_be_asked),
	    cmocka_unit_test(interrupted),
	    cmocka_unit_test(interrupted_at_the_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
