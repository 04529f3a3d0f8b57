/* SPDX-License-Identifier: MIT */
/* Trouble in kernels: their messages and flags, and the outcomes of boots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/kernel_text.h"
#include "made/outcome_seen.h"

static void
flags(void **state)
{
	(void)state;

	assert_int_equal(trouble_of_taint(0), TROUBLE_NONE);
	assert_int_equal(trouble_of_taint(1 << 12 | 1 << 13), TROUBLE_NONE);
	assert_int_equal(trouble_of_taint(1 << 9), TROUBLE_WARNING);
	assert_int_equal(trouble_of_taint(1 << 9 | 1 << 14), TROUBLE_LOCKUP);
	for (int bit = 4; bit <= 7; bit++)
		assert_int_equal(trouble_of_taint(1 << 14 | 1 << bit),
				 bit == 6 ? TROUBLE_LOCKUP : TROUBLE_OOPS);
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
	    {"<3>[ 1.0][ T31] INFO: task x:7 blocked for more than 120 seconds.", TROUBLE_LOCKUP},
	    {"[ 1.0] rcu: INFO: rcu_sched self-detected stall on CPU", TROUBLE_LOCKUP},
	    {"[ 1.0] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!",
	     TROUBLE_LOCKUP},
	    {"[ 1.0] NMI watchdog: Watchdog detected hard LOCKUP on cpu 0", TROUBLE_LOCKUP},
	    {"[ 1.0] WARNING: possible circular locking dependency detected", TROUBLE_WARNING},
	    {"[ 1.0] UBSAN: shift-out-of-bounds in a.c:1:2", TROUBLE_WARNING},
	    {"[ 1.0] BUG: KCSAN: data-race in f / g", TROUBLE_WARNING},
	    {"[ 1.0] BUG: KASAN: slab-out-of-bounds in f+0x1/0x2", TROUBLE_OOPS},
	    {"[ 1.0] Oops [#1]", TROUBLE_OOPS},
	    {"[ 1.0] traps: x[7] general protection fault ip:401000 sp:7ffe0000 error:0 in "
	     "x[401000+1000]",
	     TROUBLE_NONE},
	    {"[ 1.0] x[7]: segfault at 0 ip 0 sp 0 error 4 likely on CPU 0 (core 0, socket 0)",
	     TROUBLE_NONE},
	    {"[ 1.0] x: page allocation failure: order:4, "
	     "mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO)",
	     TROUBLE_NONE},
	    {"[ 1.0] Run /init as init process", TROUBLE_NONE},
	    {"", TROUBLE_NONE},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(trouble_of_line(cases[i].line, strlen(cases[i].line)),
				 cases[i].trouble);
}

/* A line of 330 bytes, each of which is escaped. */
#define BYTES "\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b"
#define LINE BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES BYTES
#define LONG "Oops: " LINE LINE LINE "\n"

static void
a_kernel_in_trouble(void **state)
{
	static const struct {
		const char *taint, *log, *name, *expected;
		int status;
	} cases[] = {
	    {"taint 512\n", "x\n<4>[    1.0] WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2\n",
	     "warning", "[    1.0] WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2", 3},
	    {"taint 16896\n",
	     "[ 9.0] WARNING: CPU\n[ 30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! "
	     "[x:7]\n",
	     "soft-lockup", "[ 30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [x:7]", 125},
	    {"taint 640\n",
	     "[ 9.0] WARNING: CPU\n[ 9.1] BUG: kernel NULL pointer dereference, address: 0\n",
	     "oops", "[ 9.1] BUG: kernel NULL pointer dereference, address: 0", 125},
	    {"taint 128\n", "nothing of it\n", "oops",
	     "the kernel tainted itself (128), and no message explains it", 125},
	    {"taint 128\n", LONG, "oops", NULL, 125},
	    {"taint 12288\n", "[ 1.0] x: loading out-of-tree module taints kernel.\n", "failed", "",
	     3},
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
		if (cases[i].expected != NULL)
			assert_string_equal(reason, cases[i].expected);
		assert_int_equal(outcome_status(outcome, &result), cases[i].status);
		assert_true(outcome_is_final(outcome));
	}
}

/*
 * The log of a run, by the writer of its messages: the kernel has facility 0, a program that writes
 * to /dev/kmsg 1 or more.
 */
static void
messages_during_a_run(void **state)
{
	static const struct {
		const char *log, *name, *expected;
		int status;
	} cases[] = {
	    {"<6>[ 9.0] x\n<3>[ 9.1] INFO: task x:7 blocked for more than 3 seconds.\n",
	     "soft-lockup", "[ 9.1] INFO: task x:7 blocked for more than 3 seconds.", 125},
	    {"<4>[ 9.1] WARNING: possible recursive locking detected\n", "warning",
	     "[ 9.1] WARNING: possible recursive locking detected", 0},
	    {"<11>[ 9.1] INFO: task x:7 blocked for more than 3 seconds.\n", "ok", "", 0},
	    {"<8>[ 9.1] BUG: soft lockup\n", "ok", "", 0},
	    {"[ 9.1] BUG: soft lockup\n", "ok", "", 0},
	    {"", "ok", "", 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char payload[200] = "1\n";
		boot_to_start();
		record("exit", "run 1\nstatus 0\nwall_ns 1\n");
		record("runlog", strcat(payload, cases[i].log));
		end();
		enum outcome outcome = judge(MACHINE_POWERED_OFF);
		assert_string_equal(outcome_name(outcome), cases[i].name);
		assert_string_equal(reason, cases[i].expected);
		assert_int_equal(outcome_status(outcome, &result), cases[i].status);
	}
}

/* A kernel with time stamps has no lines without one. */
static void
programs_on_the_console(void **state)
{
	(void)state;

	boot_to_start();
	say("BUG: soft lockup - CPU#0 stuck for 26s! [x:1]\r\nKernel panic - not syncing: not at "
	    "all\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	assert_null(strstr(reason, "soft lockup"));
	begin();
	say("Linux version 6.1.0\r\nKernel panic - not syncing: indeed\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_PANIC);
}

static void
a_hang_explained_by_the_kernel(void **state)
{
	(void)state;

	boot_to_start();
	say("[   30.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [x:1]\r\n");
	assert_int_equal(judge(MACHINE_SILENT), OUTCOME_HANG);
	assert_non_null(strstr(reason, "; the console shows: [   30.1] watchdog: BUG: soft lockup "
				       "- CPU#0 stuck for 26s! [x:1]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flags),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(a_kernel_in_trouble),
	    cmocka_unit_test(messages_during_a_run),
	    cmocka_unit_test(programs_on_the_console),
	    cmocka_unit_test(a_hang_explained_by_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, close_console);
}
