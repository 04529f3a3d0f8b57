/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "target/target.h"
#include "target/tty.h"

static char problem_data[256];
static struct text problem;

static int
set_option(struct target_options *o, const char *key, const char *value)
{
	problem = text_in(problem_data, sizeof(problem_data));
	int result = target_options_set(o, key, value, &problem);
	assert_int_equal(result == 0, problem.used == 0);
	return result;
}

static int
check_options(const struct target_options *o, bool exact, const char *qemu_option)
{
	problem = text_in(problem_data, sizeof(problem_data));
	int result = target_options_check(o, exact, qemu_option, &problem);
	assert_int_equal(result == 0, problem.used == 0);
	return result;
}

static void
devices_and_speeds(void **state)
{
	static const struct {
		const char *value, *device;
		unsigned speed; /* 0: refused */
	} cases[] = {
	    {"/dev/ttyS0", "/dev/ttyS0", 115200},
	    {"/dev/ttyS0,9600", "/dev/ttyS0", 9600},
	    {"/dev/a,b,4000000", "/dev/a,b", 4000000},
	    {"/dev/a,b", NULL, 0},
	    {"/dev/ttyS0,", NULL, 0},
	    {"/dev/ttyS0,0", NULL, 0},
	    {"/dev/ttyS0,9601", NULL, 0},
	    {"/dev/ttyS0,4294976896", NULL, 0}, /* 9600 in 32 bits */
	    {",9600", NULL, 0},
	    {"", NULL, 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct target_options o = {0};
		assert_int_equal(set_option(&o, "tty", cases[i].value),
				 cases[i].speed == 0 ? -1 : 0);
		if (cases[i].speed != 0) {
			assert_string_equal(target_options_laboratory(&o)->tty, cases[i].device);
			assert_int_equal(target_options_laboratory(&o)->speed, cases[i].speed);
		}
		target_options_free(&o);
	}
	assert_true(tty_has_speed(115200));
	assert_false(tty_has_speed(0));
}

static void
commands(void **state)
{
	static const char *const keys[] = {"console", "boot-command", "power-on", "power-off",
					   "power-cycle"};
	static const char *const bad[] = {"", " ", "''", "'x", "x \\"};
	struct target_options o = {0};
	(void)state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(set_option(&o, keys[i], "first"), 0);
		assert_int_equal(set_option(&o, keys[i], "ssh -t 'a b'  $HOME"), 0);
	}
	char *const *const all[] = {o.laboratory.console, o.laboratory.boot, o.laboratory.power_on,
				    o.laboratory.power_off, o.laboratory.power_cycle};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_string_equal(all[i][0], "ssh");
		assert_string_equal(all[i][2], "a b");
		assert_string_equal(all[i][3], "$HOME");
		assert_null(all[i][4]);
	}
	assert_int_equal(check_options(&o, false, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set_option(&o, "power-on", bad[i]), -1);
	assert_int_equal(set_option(&o, "run", "x"), -1);
	target_options_free(&o);
}

static void
valid_combinations(void **state)
{
	static const char *const targets[] = {
	    "",
	    "grub",
	    "grub ''",
	    "grub -oProxyCommand=x",
	    "grub a b",
	    "lilo a",
	    "grub 'a",
	    "pxe",
	    "pxe dir",
	    "pxe '' 52:54:00:12:34:56",
	    "pxe -a 52:54:00:12:34:56",
	    "pxe dir 52:54:00:12:34",
	    "pxe dir 52:54:00:12:34:5g",
	    "pxe dir 52-54-00:12:34:567",
	    "pxe dir 52:54:00:12:34:56 x",
	};
	struct target_options o = {0};
	(void)state;

	assert_int_equal(check_options(&o, true, "-m"), 0);
	assert_null(target_options_laboratory(&o));
	assert_int_equal(set_option(&o, "machine", "pc98"), -1);
	assert_int_equal(set_option(&o, "machine", "q35"), 0);
	assert_int_equal(o.board, BOARD_Q35);
	assert_int_equal(check_options(&o, false, "-m"), 0);
	assert_int_equal(check_options(&o, true, NULL), -1);
	assert_int_equal(set_option(&o, "machine", "pc"), 0);
	assert_int_equal(set_option(&o, "firmware", "/dev/null"), 0);
	assert_int_equal(check_options(&o, false, NULL), 0);
	assert_int_equal(check_options(&o, true, NULL), -1);
	assert_int_equal(set_option(&o, "firmware", "/nonexistent"), -1);
	target_options_free(&o);
	assert_int_equal(set_option(&o, "power-off", "x"), 0);
	assert_int_equal(check_options(&o, false, NULL), -1);
	assert_int_equal(set_option(&o, "console", "x"), 0);
	assert_int_equal(check_options(&o, false, NULL), 0);
	assert_int_equal(check_options(&o, false, "-m"), -1);
	assert_non_null(strstr(problem_data, "-m is for QEMU"));
	assert_int_equal(set_option(&o, "tty", "x"), 0);
	assert_int_equal(check_options(&o, false, NULL), -1);
	target_options_free(&o);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		assert_int_equal(set_option(&o, "target", targets[i]), -1);
	target_options_free(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_and_speeds),
	    cmocka_unit_test(commands),
	    cmocka_unit_test(valid_combinations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
