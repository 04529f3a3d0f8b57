/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/kernel_line.h"

enum { LONG = 5000 };

static struct text problem;
static char problem_data[256];

static int
check_line(const char *args)
{
	struct experiment e = experiment_default();

	problem = text_in(problem_data, sizeof(problem_data));
	int result = kernel_line_check(args, &e, &problem);
	experiment_free(&e);
	return result;
}

static void
arguments_that_would_swallow_ours(void **state)
{
	static const char *const good[] = {"",	   "quiet",  "a=\"b c\"",
					   "x--y", "--x",    "mitigations=off lull.timeout=3",
					   "a=--", "-panic", "-no-timer-check -rdinit"};
	static const char *const bad[] = {
	    "--",	"quiet -- ls",	   "-- ls",	     "quiet --", "a=\"b",
	    "a\t--\tb", "lull.nonsense=1", "lull.timeout=x", "-quiet",	 "-panic=3"};
	(void)state;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(check_line(good[i]), 0);
		assert_int_equal(problem.used, 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check_line(bad[i]), -1);
		assert_true(problem.used > 0);
	}
}

static void
all_on_the_line(void **state)
{
	char *const run[] = {"ls", "-l", "a b", NULL};
	struct kernel_line_request request = {
	    .args = "quiet", .session = 0xab, .timeout_s = 5, .run = run, .exact = true};
	struct kernel_line k;
	(void)state;

	assert_int_equal(kernel_line_make(&k, &request), 0);
	assert_null(k.file);
	assert_string_equal(
	    k.line,
	    "console=ttyS0 panic=-1 rdinit=/init nokaslr norandmaps quiet "
	    "lull.session=00000000000000ab lull.timeout=5 lull.exact=1 lull.run=ls%20-l%20'a%20b'");
	kernel_line_free(&k);
	request.layout = 2;
	assert_int_equal(kernel_line_make(&k, &request), 0);
	assert_string_equal(
	    k.line, "console=ttyS0 panic=-1 rdinit=/init nokaslr norandmaps "
		    "layout.padding=xxxxxxxxxxxxxxxxxxxxxxxxxx quiet lull.session=00000000000000ab "
		    "lull.timeout=5 lull.exact=1 lull.run=ls%20-l%20'a%20b'");
	kernel_line_free(&k);
	/* No padding moves the words of init into the image: they are there in all layouts. */
	request.in_file = true;
	assert_int_equal(kernel_line_make(&k, &request), 0);
	assert_string_equal(k.line, "console=ttyS0 panic=-1 rdinit=/init nokaslr norandmaps "
				    "layout.padding=xxxxxxxxxxxxxxxxxxxxxxxxxx quiet");
	assert_memory_equal(k.file, "lull.session=00000000000000ab", 29);
	kernel_line_free(&k);
	request = (struct kernel_line_request){.session = 1};
	assert_int_equal(kernel_line_make(&k, &request), 0);
	assert_string_equal(
	    k.line,
	    "console=ttyS0 panic=-1 rdinit=/init no_timer_check lull.session=0000000000000001");
	kernel_line_free(&k);
}

/*
 * Words that only QEMU's machines need are not for others. The kernel keeps a console's first
 * settings.
 */
static void
for_a_machine(void **state)
{
	static const struct {
		enum board board;
		unsigned speed;
		const char *args, *line;
		bool returns;
	} cases[] = {
	    {BOARD_Q35, 0, NULL, "console=ttyS0 panic=-1 rdinit=/init no_timer_check", false},
	    {BOARD_MICROVM, 0, "quiet",
	     "console=ttyS0 panic=-1 rdinit=/init reboot=t no_timer_check quiet", false},
	    {BOARD_PC, 9600, NULL, "console=ttyS0,9600 panic=0 rdinit=/init", false},
	    {BOARD_PC, 9600, "netconsole=x y",
	     "console=ttyS0,9600 panic=0 rdinit=/init netconsole=x y", false},
	    {BOARD_PC, 9600, "x console=ttyS1", "panic=0 rdinit=/init x console=ttyS1", false},
	    {BOARD_PC, 9600, "console=ttyS1", "panic=0 rdinit=/init console=ttyS1", false},
	    {BOARD_PC, 0, "x panic=5 rdinit=/bin/sh",
	     "console=ttyS0 no_timer_check x panic=5 rdinit=/bin/sh", false},
	    {BOARD_PC, 0, "-panic  -no-timer-check quiet", "console=ttyS0 rdinit=/init quiet",
	     false},
	    {BOARD_PC, 0, "\"panic=5\"", "console=ttyS0 rdinit=/init no_timer_check \"panic=5\"",
	     false},
	    {BOARD_PC, 0, "-panic -rdinit -console -no_timer_check", "", false},
	    {BOARD_PC, 0, "x=\"a -panic\"",
	     "console=ttyS0 panic=-1 rdinit=/init no_timer_check x=\"a -panic\"", false},
	    {BOARD_PC, 0, "kpanic=1 panic_on_oops=1",
	     "console=ttyS0 panic=-1 rdinit=/init no_timer_check kpanic=1 panic_on_oops=1", false},
	    {BOARD_PC, 0, "console=tty0",
	     "panic=-1 rdinit=/init no_timer_check console=tty0 console=ttyS0", false},
	    {BOARD_PC, 0, "console=tty0 console=ttyS0,9600",
	     "panic=-1 rdinit=/init no_timer_check console=tty0 console=ttyS0,9600", false},
	    {BOARD_MICROVM, 0, "reboot=k",
	     "console=ttyS0 panic=-1 rdinit=/init no_timer_check reboot=k", false},
	    {BOARD_PC, 9600, "panic=3", "console=ttyS0,9600 rdinit=/init panic=3", false},
	    {BOARD_PC, 9600, "lull.finish=poweroff",
	     "console=ttyS0,9600 panic=10 rdinit=/init lull.finish=poweroff", true},
	    {BOARD_PC, 115200, "x",
	     "console=ttyS0,115200 panic=10 rdinit=/init lull.finish=reboot x", true},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct kernel_line_request request = {.args = cases[i].args,
							    .board = cases[i].board,
							    .speed = cases[i].speed,
							    .returns = cases[i].returns};
		struct kernel_line k;

		assert_int_equal(kernel_line_make(&k, &request), 0);
		assert_non_null(strstr(k.line, " lull.session="));
		*strstr(k.line, " lull.session=") = '\0';
		assert_string_equal(k.line, cases[i].line);
		kernel_line_free(&k);
	}
}

/* Records that would go to a line that bench does not read are known before the boot. */
static void
consoles_that_take_the_line_away(void **state)
{
	static const char *const qemu[] = {"console=ttyS0 console=tty0",
					   "console=ttyS0,115200 x console=hvc0"};
	static const char *const laboratory[] = {"console=tty0", "console=ttyS1 console=tty1",
						 "console="};
	static const char *const good[] = {NULL, "", "console=ttyS0", "console=tty0 console=ttyS0",
					   "xconsole=tty0"};
	(void)state;

	for (size_t i = 0; i < sizeof(qemu) / sizeof(*qemu); i++)
		assert_non_null(kernel_line_console_problem(qemu[i], false));
	for (size_t i = 0; i < sizeof(laboratory) / sizeof(*laboratory); i++)
		assert_non_null(kernel_line_console_problem(laboratory[i], true));
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_null(kernel_line_console_problem(good[i], false));
		assert_null(kernel_line_console_problem(good[i], true));
	}
	assert_null(kernel_line_console_problem("console=tty0", false));
	assert_null(kernel_line_console_problem("console=ttyS0 console=ttyS1", true));
}

/* init reads from both places what was given. */
static void
assert_arrives(const struct kernel_line *k, const char *last)
{
	struct experiment e = experiment_default();
	char data[256];
	struct text t = text_in(data, sizeof(data));

	assert_int_equal(experiment_read_line(&e, LAYER_COMMAND_LINE, k->line, strlen(k->line), &t),
			 0);
	if (k->file != NULL)
		assert_int_equal(
		    experiment_read_line(&e, LAYER_COMMAND_LINE, k->file, k->file_length, &t), 0);
	assert_int_equal(e.session, 9);
	assert_int_equal(e.timeout_s, 5);
	assert_int_equal(e.run.count, 1);
	assert_string_equal(e.run.values[0][0], "echo");
	assert_string_equal(e.run.values[0][1], last);
	assert_null(e.run.values[0][2]);
	experiment_free(&e);
}

/* Around the limit: the line never exceeds what the kernel can take, and nothing is lost. */
static void
the_limit(void **state)
{
	char word[LONG];
	char *const run[] = {"echo", word, NULL};
	struct kernel_line_request request = {.session = 9, .timeout_s = 5, .run = run};
	bool was_on_line = true;
	(void)state;

	for (size_t length = 1; length<LONG - 1; length += length> 1900 && length < 2000 ? 1 : 97) {
		struct kernel_line k;

		memset(word, 'x', length);
		word[length] = '\0';
		assert_int_equal(kernel_line_make(&k, &request), 0);
		assert_in_range(strlen(k.line), 1, KERNEL_LINE_MAX);
		assert_true(k.file == NULL || strstr(k.line, "lull.") == NULL);
		assert_true(was_on_line || k.file != NULL);
		was_on_line = k.file == NULL;
		assert_arrives(&k, word);
		kernel_line_free(&k);
	}
	assert_false(was_on_line);
}

static void
arguments_too_long(void **state)
{
	char args[LONG];
	struct kernel_line_request request = {.args = args, .session = 9};
	struct kernel_line k;
	size_t fixed = strlen("console=ttyS0 panic=-1 rdinit=/init no_timer_check ");
	(void)state;

	memset(args, 'a', sizeof(args));
	args[KERNEL_LINE_MAX - fixed] = '\0';
	assert_int_equal(kernel_line_make(&k, &request), 0);
	assert_int_equal(strlen(k.line), KERNEL_LINE_MAX);
	assert_non_null(k.file);
	kernel_line_free(&k);
	args[KERNEL_LINE_MAX - fixed] = 'a';
	args[KERNEL_LINE_MAX - fixed + 1] = '\0';
	assert_int_equal(kernel_line_make(&k, &request), -1);
	assert_int_equal(errno, E2BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arguments_that_would_swallow_ours),
	    cmocka_unit_test(all_on_the_line),
	    cmocka_unit_test(for_a_machine),
	    cmocka_unit_test(consoles_that_take_the_line_away),
	    cmocka_unit_test(the_limit),
	    cmocka_unit_test(arguments_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
