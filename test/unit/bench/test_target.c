/* SPDX-License-Identifier: MIT */
/* The right outcome for any input on the line of a laboratory's machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made/laboratory_made.h"

enum { MIB = 1 << 20 };

static void
line_that_dies(void **state)
{
	(void)state;
	laboratory.console = WORDS("false");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the console command false ended with status 1");
	laboratory.console = SHELL("echo; echo 'no \033 route' >&2; echo more >&2; exit 255");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED); /* there was output */
	laboratory.console = SHELL("echo >&2; echo 'no \033 route' >&2; echo more >&2; exit 255");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(
	    reason,
	    "the target failed: the console command sh ended with status 255: no \\x1b route");
	laboratory.console = SHELL("kill -9 $$");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason,
			    "the target failed: the console command sh was killed by signal 9");
	laboratory.console = WORDS("true");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	laboratory.console = SHELL("exec >&-; sleep 1000");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	laboratory.console = WORDS("/nonexistent/console");
	assert_int_equal(run(), OUTCOME_TARGET_FAILED);
	assert_string_equal(
	    reason, "the target failed: cannot execute the console command /nonexistent/console: "
		    "No such file or directory");
}

static void
line_that_hangs(void **state)
{
	(void)state;
	laboratory.console = WORDS("sleep", "1000");
	assert_int_equal(run_until_silent(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(boot.end, MACHINE_SILENT);
	/* Ignores TERM, and so does its child. */
	laboratory.console = SHELL("trap '' TERM; echo '[    0.000000] Linux version'; sleep 1000 "
				   "& sleep 1000; sleep 1000");
	assert_int_equal(run_until_silent(), OUTCOME_HANG);
}

static void
lines_of_odd_bytes(void **state)
{
	(void)state;
	laboratory = (struct laboratory){.console = WORDS("yes"), .power_off = WORDS("sleep", "1")};
	assert_int_equal(run_within((struct boot_limits){.silence = 60, .bytes = MIB}),
			 OUTCOME_FLOODED);
	assert_int_equal(boot.end, MACHINE_FLOODED);
	assert_in_range(logged, MIB / 2, MIB);
	laboratory.console = SHELL("head -c 3000000 /dev/zero");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(logged, 3000000);
	laboratory.console =
	    SHELL("head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/urandom");
	assert_int_equal(run(), OUTCOME_NEVER_BOOTED);
	assert_int_equal(logged, 6000000);
	laboratory.console =
	    SHELL("printf '[    1.000000] Kernel panic - not syncing: \\033[31m\\0red\\n'");
	assert_int_equal(run(), OUTCOME_PANIC);
	assert_string_equal(reason, "Kernel panic - not syncing: \\x1b[31m\\x00red");
}

/* Records after all that are read. */
static void
results_after_odd_bytes(void **state)
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_that_dies),
	    cmocka_unit_test(line_that_hangs),
	    cmocka_unit_test(lines_of_odd_bytes),
	    cmocka_unit_test(results_after_odd_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
