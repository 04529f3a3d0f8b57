/* SPDX-License-Identifier: MIT */
/*
 * Feeds a console with a machine's output and judges the outcome for every way that the machine can
 * end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made/outcome_seen.h"
#include "report/verdict.h"

static void
nothing_to_boot(void **state)
{
	(void)state;
	begin();
	assert_int_equal(judge(MACHINE_MISSING), OUTCOME_NO_QEMU);
	assert_non_null(strstr(reason, "qemu-system-x86"));
	assert_int_equal(judge(MACHINE_NOT_STARTED), OUTCOME_NEVER_BOOTED);
	assert_int_equal(judge(MACHINE_FAILED), OUTCOME_QEMU_FAILED);
	assert_string_equal(reason, "QEMU failed: no \\x1b such device");
	assert_int_equal(outcome_status(OUTCOME_QEMU_FAILED, &result), 125);
	assert_int_equal(judge(MACHINE_TARGET_FAILED), OUTCOME_TARGET_FAILED);
	assert_string_equal(reason, "the target failed: no \\x1b such device");
	assert_int_equal(outcome_status(OUTCOME_TARGET_FAILED, &result), 125);
	assert_int_equal(judge(MACHINE_FLOODED), OUTCOME_FLOODED);
	assert_int_equal(outcome_status(OUTCOME_FLOODED, &result), 125);
}

static void
no_output_of_a_kernel(void **state)
{
	(void)state;
	begin();
	say("SeaBIOS (version 1.16)\r\nBooting from ROM...\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_NEVER_BOOTED);
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_NEVER_BOOTED);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_NEVER_BOOTED);
	assert_int_equal(judge(MACHINE_UNKNOWN), OUTCOME_LOST_DATA);
}

static void
hangs(void **state)
{
	(void)state;
	begin();
	say("[    0.000000] Linux version 6.1.0\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	record("hello", "init 0.1\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	record("start", "run 1\n");
	assert_int_equal(console.stage, STAGE_RUN);
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	assert_non_null(strstr(reason, "60 s"));
	record("output", "stdout 1 0\nx");
	assert_int_equal(console.stage, STAGE_RESULTS);
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	assert_int_equal(outcome_status(OUTCOME_HANG, &result), 125);
}

static void
panics(void **state)
{
	static const char *const lines[] = {
	    "[    1.000000] Kernel panic - not syncing: VFS: \x1b[31mUnable\r\n",
	    "[    1.000000][    T1] Kernel panic - not syncing: VFS: \x1b[31mUnable\r\n",
	    "@LULL1 000000000000004d 2 outp[   12.000000] Kernel panic - not syncing: VFS: "
	    "\x1b[31mUnable\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		boot_to_start();
		say(lines[i]);
		assert_int_equal(judge(MACHINE_RESET), OUTCOME_PANIC);
		assert_string_equal(reason, "Kernel panic - not syncing: VFS: \\x1b[31mUnable");
	}
	/*
	 * Without this kernel's time stamp, or not at the start of a line, it is output of a
	 * program.
	 */
	boot_to_start();
	say("Kernel panic - not syncing: x\r\n");
	say("somebody wrote: Kernel panic - not syncing\r\n[    1.0000] x: [    1.000000] Kernel "
	    "panic - not "
	    "syncing\r\n");
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_ENDED);
	/*
	 * After the results it does not change the verdict, but to a person at the console it is
	 * the outcome.
	 */
	boot_to_start();
	record("exit", "run 1\nstatus 0\n");
	end();
	say(lines[0]);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_OK);
	assert_int_equal(judge_as(MACHINE_RESET, true), OUTCOME_PANIC);
}

static void
ends_and_resets(void **state)
{
	(void)state;
	boot_to_start();
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_RESET);
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_ENDED);
	wire_start(&encoder, session);
	record("hello", "init 0.1\nboot another\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_RESET);
	boot_to_start();
	record("exit", "run 1\nsignal 15\nended 15\n");
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_ENDED);
	assert_int_equal(outcome_status(OUTCOME_ENDED, &result), 125);
}

/*
 * Another kernel starts, by kexec for instance. Its outcome says nothing about the kernel that was
 * booted.
 */
static void
another_kernel(void **state)
{
	static const char panic[] = "[    0.400000] Kernel panic - not syncing: VFS: no root\r\n";
	static const enum machine_end ends[] = {MACHINE_POWERED_OFF, MACHINE_SILENT, MACHINE_RESET,
						MACHINE_UNKNOWN};
	(void)state;

	boot_to_start();
	say("[    3.000000] kexec_core: Starting new kernel\r\n[    0.000000] Linux version "
	    "6.9.1-rc2 (x@y) #1\r\n");
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		assert_int_equal(judge(ends[i]), OUTCOME_RESET);
		assert_string_equal(
		    reason,
		    "the machine started another kernel (6.9.1-rc2) before the results arrived");
	}
	say(panic);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_RESET);
	assert_string_equal(
	    reason, "the machine started another kernel (6.9.1-rc2) before the results arrived: "
		    "Kernel panic - not syncing: VFS: no root");
	assert_int_equal(console.other_kernels, 1);
	say("[    0.000000] Linux version 6.9.1-rc2 (x@y) #1\r\n");
	assert_int_equal(console.other_kernels, 2);

	/* A kernel that panics before the restart has panicked. */
	boot_to_start();
	say(panic);
	say("[    0.000000] Linux version 6.1.0\r\n");
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_PANIC);

	/* A program that prints the version does not start a kernel. */
	boot_to_start();
	say("Linux version 6.1.0 (x@y)\r\n[   12.000001] Linux version 6.1.0\r\n");
	assert_int_equal(console.other_kernels, 0);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_RESET);
	assert_string_equal(reason, "the machine reset itself before the results arrived");

	/*
	 * A boot loader that is itself a Linux starts before init; either all kernels have time
	 * stamps or none has.
	 */
	begin();
	say("Linux version 5.0.0\r\nLinux version 6.1.0\r\n");
	record("hello", "init 0.1\nboot b\n");
	record("start", "run 1\n");
	assert_int_equal(console.other_kernels, 0);
	say("Linux version 6.9.1\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_RESET);

	/* A second kernel with Lull's init panics. */
	boot_to_start();
	wire_start(&encoder, session);
	record("hello", "init 0.1\nboot another\n");
	say(panic);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_RESET);
}

/* With a foreign init the person ends the machine. */
static void
a_person_ends_it(void **state)
{
	(void)state;
	begin();
	say("[    0.000000] Linux version 6.1.0\r\n");
	assert_int_equal(judge_as(MACHINE_POWERED_OFF, true), OUTCOME_OK);
	assert_int_equal(judge_as(MACHINE_RESET, true), OUTCOME_RESET);
	say("[    9.000000] reboot: Restarting system\r\n");
	assert_int_equal(judge_as(MACHINE_RESET, true), OUTCOME_OK);
	assert_int_equal(judge(MACHINE_RESET), OUTCOME_RESET);
	begin();
	assert_int_equal(judge_as(MACHINE_POWERED_OFF, true), OUTCOME_NEVER_BOOTED);
}

/* A refusal takes precedence over everything else. */
static void
a_refused_boot(void **state)
{
	static const struct refusal refusal = {OUTCOME_REFUSED, STATUS_WRONG_USAGE, "cpus 1"};
	struct evidence e = {.console = &console, .refusal = &refusal, .result = &result};
	struct text t = text_in(reason, sizeof(reason) - 1);
	struct report report = {0};
	struct verdict v;
	(void)state;

	begin();
	memset(reason, 0, sizeof(reason));
	assert_int_equal(outcome_judge(&e, &t), OUTCOME_REFUSED);
	assert_string_equal(reason, "cpus 1");
	assert_int_equal(verdict_reach(&v, &e, &report), 0);
	assert_int_equal(report.status, 129);
	verdict_free(&v);
}

static void
init_fails(void **state)
{
	(void)state;
	begin();
	record("hello", "init 0.1\n");
	record("fail", "no\x07thing to run");
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_INIT_FAILED);
	end();
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_INIT_FAILED);
	assert_string_equal(reason, "init failed: no\\x07thing to run");
}

/* Without any one record there is never a verdict, however the machine ended. */
static void
lost_data(void **state)
{
	static const enum machine_end ends[] = {MACHINE_POWERED_OFF, MACHINE_SILENT, MACHINE_RESET,
						MACHINE_UNKNOWN};
	(void)state;

	for (int lost = 0; lost < 4; lost++) {
		boot_to_start();
		for (int i = 0; i < 4; i++) {
			char payload[32] = "stdout 1 0\nx";
			char line[WIRE_LINE_MAX];
			payload[9] = (char)('0' + i);
			size_t length =
			    wire_encode(&encoder, "output", payload, strlen(payload), line);
			if (i != lost)
				assert_int_equal(console_feed(&console, line, length), 0);
		}
		record("exit", "run 1\nstatus 0\n");
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			assert_false(outcome_is_final(judge(ends[i])));
		end();
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			assert_int_equal(judge(ends[i]), OUTCOME_LOST_DATA);
		assert_non_null(strstr(reason, "1 of 8 records is missing"));
		assert_int_equal(outcome_status(OUTCOME_LOST_DATA, &result), 125);
	}
	boot_to_start();
	record("exit", "run 1\nstatus 0\n");
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_LOST_DATA);
	assert_int_equal(judge(MACHINE_UNKNOWN), OUTCOME_LOST_DATA);
}

/* Intact records, one of them malformed. */
static void
malformed(void **state)
{
	static const char *const outputs[] = {"",
					      "stdout 1 0",
					      "stdout 1 1\nx",
					      "stdfoo 1 0\nx",
					      "stdout 1\nx",
					      "stdout 1 0 0\nx",
					      "stdout 1 -1\nx"};
	static const char *const exits[] = {"", "status 256\n", "signal 0\n",
					    "status 0\nsignal 9\n", "status x\n"};
	(void)state;

	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		boot_to_start();
		record("output", outputs[i]);
		record("exit", "run 1\nstatus 0\n");
		end();
		assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_LOST_DATA);
	}
	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		boot_to_start();
		record("exit", exits[i]);
		end();
		assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_LOST_DATA);
	}
}

static void
verdicts(void **state)
{
	static const struct {
		const char *exit;
		enum outcome outcome;
		int status;
		const char *reason;
	} cases[] = {
	    {"run 1\nstatus 0\n", OUTCOME_OK, 0, ""},
	    {"run 1\nstatus 7\n", OUTCOME_FAILED, 7, ""},
	    {"run 1\nstatus 126\n", OUTCOME_FAILED, 126, ""},
	    {"run 1\nstatus 127\nerror No such file\n", OUTCOME_NOT_RUN, 127,
	     "cannot run the command in the guest: No such file"},
	    {"run 1\nsignal 11\ncore 1\n", OUTCOME_KILLED, 139,
	     "the command was killed by signal 11 (SIGSEGV), core dumped"},
	    {"run 1\nsignal 9\ntimeout 1\n", OUTCOME_TIMED_OUT, 124,
	     "the command ran out of time and was killed"},
	    {"run 1\nstatus 0\ntimeout 1\n", OUTCOME_TIMED_OUT, 124,
	     "the command ran out of time and was killed"},
	};
	static const enum machine_end ends[] = {
	    MACHINE_POWERED_OFF, MACHINE_RESET,		MACHINE_SILENT, MACHINE_UNKNOWN,
	    MACHINE_FAILED,	 MACHINE_TARGET_FAILED, MACHINE_FLOODED};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		boot_to_start();
		record("exit", cases[i].exit);
		end();
		/* After the results the machine's end does not matter. */
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
			assert_int_equal(judge(ends[k]), cases[i].outcome);
			assert_int_equal(outcome_status(cases[i].outcome, &result),
					 cases[i].status);
			assert_string_equal(reason, cases[i].reason);
		}
	}
}

static void
a_person_at_the_console(void **state)
{
	(void)state;
	begin();
	record("hello", "init 0.1\n");
	assert_int_equal(judge_as(MACHINE_ESCAPED, true), OUTCOME_OK);
	end();
	assert_int_equal(judge_as(MACHINE_POWERED_OFF, true), OUTCOME_OK);
	assert_int_equal(judge(MACHINE_POWERED_OFF), OUTCOME_ENDED);
}

static void
every_outcome_has_a_name(void **state)
{
	(void)state;
	for (int i = OUTCOME_OK; i <= OUTCOME_NO_QEMU; i++)
		assert_non_null(outcome_name((enum outcome)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_to_boot),
	    cmocka_unit_test(no_output_of_a_kernel),
	    cmocka_unit_test(hangs),
	    cmocka_unit_test(panics),
	    cmocka_unit_test(ends_and_resets),
	    cmocka_unit_test(another_kernel),
	    cmocka_unit_test(a_person_ends_it),
	    cmocka_unit_test(a_refused_boot),
	    cmocka_unit_test(init_fails),
	    cmocka_unit_test(lost_data),
	    cmocka_unit_test(malformed),
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(a_person_at_the_console),
	    cmocka_unit_test(every_outcome_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, close_console);
}
