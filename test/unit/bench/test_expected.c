/* SPDX-License-Identifier: MIT */
/* Boots with expectations: the kernel, and the limits of noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made/outcome_seen.h"

static const char ours[] = "00112233445566778899aabbccddeeff00112233";

static void
hello_of(const char *lines)
{
	begin();
	record("hello", lines);
	record("start", "run 1\n");
}

static void
finish(void)
{
	record("exit", "run 1\nstatus 0\n");
	end();
}

static void
the_right_kernel(void **state)
{
	static const char *const expected[] = {NULL, "", "ffee", "FFEE"};
	(void)state;

	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		hello_of("init 0.1\nkernel 6.1.0\nbuild_id ffee\n");
		finish();
		expected_build_id = expected[i];
		assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_OK);
	}
	/* A kernel that does not report it, such as one without sysfs. */
	boot_to_start();
	finish();
	expected_build_id = ours;
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_OK);
	expected_build_id = NULL;
}

static void
another_kernel(void **state)
{
	static const enum machine_end ends[] = {MACHINE_POWERED_OFF, MACHINE_RESET, MACHINE_SILENT,
						MACHINE_UNKNOWN};
	(void)state;

	expected_build_id = ours;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		hello_of("init 0.1\nkernel 6.1.0\nbuild_id ffee\n");
		expected_release = NULL;
		assert_int_equal(judge(ends[i]), OUTCOME_WRONG_KERNEL);
		finish();
		assert_int_equal(judge(ends[i]), OUTCOME_WRONG_KERNEL);
		assert_string_equal(
		    reason, "wrong kernel: the file has the build id "
			    "00112233445566778899aabbccddeeff00112233, the running kernel has ffee "
			    "(6.1.0)");
		expected_release = "6.12.0";
		judge(ends[i]);
		assert_non_null(
		    strstr(reason, "00112233 (6.12.0), the running kernel has ffee (6.1.0)"));
	}
	assert_false(outcome_is_final(OUTCOME_WRONG_KERNEL));
	assert_int_equal(outcome_status(OUTCOME_WRONG_KERNEL, &result), 125);
	/* A boot that ends before the kernel reports its build id keeps its outcome. */
	begin();
	say("[    0.000000] Linux version 6.1.0\r\n[    1.0000] Kernel panic - not syncing: "
	    "no\r\n");
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_PANIC);
	begin();
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_NEVER_BOOTED);
	expected_build_id = expected_release = NULL;
}

/*
 * Long and strange strings of the guest fit into the reason; judge() checks that it is complete and
 * escaped.
 */
static void
a_strange_kernel(void **state)
{
	char lines[300], word[121];
	(void)state;

	memset(word, '\x1b', sizeof(word) - 1);
	for (size_t length = 0; length < sizeof(word); length++) {
		word[length] = '\0';
		snprintf(lines, sizeof(lines), "init 0.1\nkernel %s\nbuild_id x%s\n", word, word);
		word[length] = '\x1b';
		hello_of(lines);
		expected_build_id = ours;
		expected_release = "6.12.0";
		assert_int_equal(judge(MACHINE_SILENT), OUTCOME_WRONG_KERNEL);
	}
	expected_build_id = expected_release = NULL;
}

static void
runs(const char *const exits[3])
{
	begin();
	record("hello", "init 0.1\n");
	record("start", "run 1\nwarmup 1\n");
	record("exit", exits[0]);
	record("start", "run 2\n");
	record("exit", exits[1]);
	record("start", "run 3\n");
	record("exit", exits[2]);
}

static void
noise(void **state)
{
	static struct noise_limits limits;
	static const char *const calm[] = {"run 1\nstatus 0\ninvoluntary_switches 999\n",
					   "run 2\nstatus 0\ninvoluntary_switches 10\nwall_ns 7\n",
					   "run 3\nstatus 0\n"};
	static const char *const loud[] = {
	    "run 1\nstatus 0\n", "run 2\nstatus 0\ninvoluntary_switches 10\n",
	    "run 3\nstatus 0\nmajor_faults 1\ninvoluntary_switches 17\n"};
	static const char *const failed[] = {
	    "run 1\nstatus 0\n", "run 2\nstatus 4\ninvoluntary_switches 11\n", "run 3\nstatus 0\n"};
	(void)state;

	limits.has[FIGURE_INVOLUNTARY_SWITCHES] = true;
	limits.max[FIGURE_INVOLUNTARY_SWITCHES] = 10;
	expected_noise = &limits;
	runs(calm);
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_OK);
	runs(loud);
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_LOST_DATA);
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_NOISY);
	assert_string_equal(reason,
			    "noisy: run 3 had 17 involuntary_switches, at most 10 are allowed");
	assert_true(outcome_is_final(OUTCOME_NOISY));
	assert_int_equal(outcome_status(OUTCOME_NOISY, &result), 0);
	limits.has[FIGURE_MAJOR_FAULTS] = true;
	judge(MACHINE_POWERED_OFF);
	assert_string_equal(reason, "noisy: run 3 had 1 major_faults, at most 0 are allowed");
	/* A worse outcome takes precedence. */
	runs(loud);
	record("taint", "taint 512\n");
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_WARNING);
	runs(failed);
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_FAILED);
	expected_noise = NULL;
	runs(loud);
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_right_kernel),
	    cmocka_unit_test(another_kernel),
	    cmocka_unit_test(a_strange_kernel),
	    cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, close_console);
}
