/* SPDX-License-Identifier: MIT */
/* The lines of a console that are kept and printed: bounded, in order, and of one boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made/outcome_seen.h"

static struct outcome_line lines[OUTCOME_LINES];

static void
say_line(const char *text)
{
	say(text);
	say("\r\n");
}

static size_t
lines_of(enum machine_end how)
{
	const struct evidence e = {.end = how, .console = &console, .result = &result};

	return outcome_lines(&e, judge(how), lines);
}

static void
assert_line(size_t i, const char *text)
{
	assert_int_equal(lines[i].length, strlen(text));
	assert_memory_equal(lines[i].data, text, strlen(text));
}

static void
the_last_lines_are_kept(void **state)
{
	char line[32];
	(void)state;

	begin();
	assert_int_equal(lines_of(MACHINE_SILENT), 0);
	for (int i = 1; i <= 20; i++) {
		snprintf(line, sizeof(line), "[    0.0000%02d] x", i);
		say_line(line);
		say_line(i % 2 == 0 ? "" : " \t");
		assert_int_equal(lines_of(MACHINE_SILENT), i < OUTCOME_LINES ? i : OUTCOME_LINES);
		assert_line(i < OUTCOME_LINES ? (size_t)i - 1 : OUTCOME_LINES - 1, line);
	}
	assert_line(0, "[    0.000013] x");
}

/* Complete, cut, and longer than the reader's buffer: never more than is kept. */
static void
long_lines(void **state)
{
	static char line[WIRE_LOG_LINE_MAX * 2 + 10];
	static const size_t lengths[] = {EXCERPT_LINE_MAX - 1, EXCERPT_LINE_MAX,
					 EXCERPT_LINE_MAX + 1, sizeof(line) - 1};
	(void)state;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		begin();
		memset(line, 'x', lengths[i]);
		line[lengths[i]] = '\0';
		memcpy(line, "Oops: ", 6);
		say_line(line);
		size_t count = lines_of(MACHINE_SILENT);
		assert_true(count >= 1);
		for (size_t k = 0; k < count; k++)
			assert_true(lines[k].length <= EXCERPT_LINE_MAX);
		assert_memory_equal(lines[0].data, line, lines[0].length);
	}
}

static void
trouble_before_a_panic(void **state)
{
	char line[64];
	(void)state;

	boot_to_start();
	for (int i = 0; i < 10; i++) {
		snprintf(line, sizeof(line), "[    1.000000] WARNING: CPU: %d", i);
		say_line(line);
	}
	say_line("[    1.000000] rcu: INFO: rcu_preempt self-detected stall on CPU");
	say_line("[    1.000000] BUG: kernel NULL pointer dereference, address: 0");
	say_line("[    1.000000] #PF: supervisor read access in kernel mode");
	say_line("[    1.000000] RIP: 0010:f+0x1/0x2");
	say_line("[    1.000000] RIP: 0010:again+0x1/0x2");
	say_line("[    1.000000] RIP: 0033:0x7f0000000000");
	say("@LULL1 000000000000004d 2 outp");
	say_line("[   12.000000] Kernel panic - not syncing: Fatal exception");
	say_line("[   12.000000] Kernel panic - not syncing: and again");
	assert_int_equal(lines_of(MACHINE_RESET), OUTCOME_LINES);
	assert_line(0, "[    1.000000] WARNING: CPU: 0");
	assert_line(3, "[    1.000000] WARNING: CPU: 3");
	assert_line(4, "[    1.000000] rcu: INFO: rcu_preempt self-detected stall on CPU");
	assert_line(5, "[    1.000000] BUG: kernel NULL pointer dereference, address: 0");
	assert_line(6, "[    1.000000] RIP: 0010:f+0x1/0x2");
	assert_line(7, "Kernel panic - not syncing: Fatal exception");
}

/* Of equally severe lines the first stay. */
static void
trouble_without_end(void **state)
{
	char line[64];
	(void)state;

	boot_to_start();
	for (int i = 0; i < 30; i++) {
		snprintf(line, sizeof(line), "[    1.0000%02d] Oops: %d [#1]", i, i);
		say_line(line);
	}
	assert_int_equal(lines_of(MACHINE_SILENT), OUTCOME_LINES);
	assert_line(0, "[    1.000000] Oops: 0 [#1]");
	assert_line(2, "[    1.000002] Oops: 2 [#1]");
	assert_line(3, "[    1.000025] Oops: 25 [#1]");
	assert_line(7, "[    1.000029] Oops: 29 [#1]");
	say_line("[    2.000000] Kernel panic - not syncing: x");
	assert_int_equal(lines_of(MACHINE_SILENT), OUTCOME_LINES);
	assert_line(6, "[    1.000006] Oops: 6 [#1]");
	assert_line(7, "[    2.000000] Kernel panic - not syncing: x");
}

static void
a_machine_that_restarts(void **state)
{
	char line[64];
	(void)state;

	for (int quiet = 0; quiet < 2; quiet++) {
		boot_to_start();
		say_line("[    1.000000] sysrq: Resetting");
		if (!quiet)
			say_line("[    0.000000] Linux version 6.1.0");
		for (int i = 0; i < 20 && !quiet; i++) {
			snprintf(line, sizeof(line), "[    0.0000%02d] BUG: of the next boot", i);
			say_line(line);
		}
		wire_start(&encoder, session);
		record("hello", "init 0.1\nboot another\n");
		say_line("[    2.000000] Oops: of the next boot");
		assert_int_equal(lines_of(MACHINE_SILENT), 2);
		assert_line(0, "[    0.000000] Linux version 6.1.0");
		assert_line(1, "[    1.000000] sysrq: Resetting");
	}
}

static void
messages_of_the_log(void **state)
{
	(void)state;

	boot_to_start();
	say_line("[    1.000000] Oops: on the console");
	record("exit", "run 1\nstatus 0\n");
	record("taint", "taint 128\n");
	end();
	assert_int_equal(lines_of(MACHINE_POWERED_OFF), 1);
	assert_line(0, "[    1.000000] Oops: on the console");
	boot_to_start();
	say_line("[    1.000000] Oops: on the console");
	record("exit", "run 1\nsignal 9\n");
	record("taint", "taint 128\n");
	record("klog", "<6>[    0.5] x\n<14>[    0.7] BUG: of a person\n<4>[    1.0] WARN");
	record("klog", "ING: x\n<1>[    1.0] Oops: in the log\n<1>[    1.0] RIP: 0010:f\n<1>[    "
		       "1.0] RIP: 0010:g\n<");
	end();
	assert_int_equal(lines_of(MACHINE_POWERED_OFF), 2);
	assert_line(0, "[    1.0] Oops: in the log");
	assert_line(1, "[    1.0] RIP: 0010:f");
	/* For a killed command, the last lines of its run. */
	boot_to_start();
	record("exit", "run 1\nsignal 11\n");
	record("runlog", "1\n[1.0] a\n[1.1] b\n[1.2] c\n[1.3] x[7]: segfault at 0");
	end();
	assert_int_equal(lines_of(MACHINE_POWERED_OFF), 3);
	assert_line(0, "[1.1] b");
	assert_line(2, "[1.3] x[7]: segfault at 0");
	/* After a success, none. */
	boot_to_start();
	say_line("[    1.000000] Oops: on the console");
	record("exit", "run 1\nstatus 0\n");
	end();
	assert_int_equal(lines_of(MACHINE_POWERED_OFF), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_lines_are_kept), cmocka_unit_test(long_lines),
	    cmocka_unit_test(trouble_before_a_panic),  cmocka_unit_test(trouble_without_end),
	    cmocka_unit_test(a_machine_that_restarts), cmocka_unit_test(messages_of_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, close_console);
}
