/* SPDX-License-Identifier: MIT */
/* Kernels in trouble: what their messages and flags tell, and what becomes of a boot by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "outcome_seen.h"
#include "trouble.h"

static void
flags(void **state)
{
	(void)state;

	assert_int_equal(trouble_of_taint(0), TROUBLE_NONE);
	assert_int_equal(trouble_of_taint(1 << 12 | 1 << 13), TROUBLE_NONE);
	assert_int_equal(trouble_of_taint(1 << 9), TROUBLE_WARNING);
	assert_int_equal(trouble_of_taint(1 << 9 | 1 << 14), TROUBLE_LOCKUP);
	for (int bit = 4; bit <= 7; bit++)
		assert_int_equal(trouble_of_taint(1 << 14 | 1 << bit), bit == 6 ? TROUBLE_LOCKUP : TROUBLE_OOPS);
}

static void
messages(void **state)
{
	static const struct {
		const char *line;
		enum trouble trouble;
	} cases[] = {
	    {"[ 1.0] WARNING: CPU: 0 PID: 7 at a.c:1", TROUBLE_WARNING},
	    {"[ 1.0] BUG: sleeping function called from invalid context at a.c:1", TROUBLE_WARNING},
	    {"[ 1.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s!", TROUBLE_LOCKUP},
	    {"[ 1.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", TROUBLE_LOCKUP},
	    {"[ 1.0] INFO: task x:7 blocked for more than 120 seconds.", TROUBLE_LOCKUP},
	    {"[ 1.0] BUG: unable to handle page fault for address: 0", TROUBLE_OOPS},
	    {"[ 1.0] kernel BUG at a.c:1!", TROUBLE_OOPS},
	    {"[ 1.0] invalid opcode: 0000 [#1] PREEMPT SMP", TROUBLE_OOPS},
	    {"[ 1.0] Internal error: Oops: 96000004 [#1] SMP", TROUBLE_OOPS},
	    {"[ 1.0] Run /init as init process", TROUBLE_NONE},
	    {"", TROUBLE_NONE},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(trouble_of_line(cases[i].line, strlen(cases[i].line)), cases[i].trouble);
}

/* A line of 330 bytes, each of which is escaped. */
#define BYTES "\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b"
#define LINE BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES
#define LONG "Oops: " LINE LINE LINE "\n"

static void
a_kernel_in_trouble(void **state)
{
	static const struct {
		const char *taint, *log, *name, *told;
		int status;
	} cases[] = {
	    {"taint 512\n", "x\n<4>[    1.0] WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2\n", "warning",
	     "[    1.0] WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2", 3},
	    {"taint 16896\n", "[ 9.0] WARNING: CPU\n[ 30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [x:7]\n",
	     "soft-lockup", "[ 30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [x:7]", 125},
	    {"taint 640\n", "[ 9.0] WARNING: CPU\n[ 9.1] BUG: kernel NULL pointer dereference, address: 0\n", "oops",
	     "[ 9.1] BUG: kernel NULL pointer dereference, address: 0", 125},
	    {"taint 128\n", "nothing of it\n", "oops", "the kernel tainted itself (128), and no message tells why", 125},
	    {"taint 128\n", LONG, "oops", NULL, 125},
	    {"taint 12288\n", "[ 1.0] x: loading out-of-tree module taints kernel.\n", "failed", "", 3},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		boot_to_start();
		record("exit", "run 1\nstatus 3\nwall_ns 1\n");
		record("taint", cases[i].taint);
		record("klog", cases[i].log);
		end();
		enum outcome outcome = judge(MACHINE_POWERED_OFF);
		assert_string_equal(outcome_name(outcome), cases[i].name);
		if (cases[i].told != NULL)
			assert_string_equal(reason, cases[i].told);
		assert_int_equal(outcome_status(outcome, &result), cases[i].status);
		assert_true(outcome_is_final(outcome));
	}
}

static void
a_hang_that_the_kernel_explains(void **state)
{
	(void)state;

	boot_to_start();
	say("watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [x:1]\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	assert_non_null(strstr(reason, "; on the console is: watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [x:1]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flags),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(a_kernel_in_trouble),
	    cmocka_unit_test(a_hang_that_the_kernel_explains),
	};

	return cmocka_run_group_tests(tests, NULL, close_console);
}
