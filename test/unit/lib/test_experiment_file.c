/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "experiment.h"

static char problem[600];

static int
read_file(struct experiment *e, const char *text)
{
	struct text t = text_in(problem, sizeof(problem) - 1);

	*e = experiment_default();
	memset(problem, 0, sizeof(problem));
	return experiment_read_file(e, "f", text, strlen(text), &t);
}

static void
every_key(void **state)
{
	struct experiment e;
	(void)state;

	assert_int_equal(
	    read_file(
		&e,
		"# all\n\n run a 'b c' # behind\nrun \"d\\\n e\"\nrepeat 3\nwarmup 1\ntimeout 9\n"
		"cpus 0-1,64\nsched fifo 5\nnice -20\nlimit nofile 10 20\nlimit core unlimited\n"
		"env A='b c'\nenv B=\ncwd /tmp\nuser nobody:nogroup\n"
		"write /proc/sys/vm/x 1\nmount tmpfs /m tmpfs size=1M,ro deadline=2\n"
		"module loop max_loop=3\nhostname h\ncollect /a*\nbetter lower lat\nbetter higher "
		"'2:a b'\n"
		"stdout pipe\nnoise none\nquiet-gate none\nfinish halt\nklog never"),
	    0);
	assert_string_equal(problem, "");
	assert_int_equal(e.run.count, 2);
	assert_string_equal(e.run.values[0][1], "b c");
	assert_string_equal(e.run.values[1][0], "d e");
	assert_int_equal(e.repeat, 3);
	assert_int_equal(e.warmup, 1);
	assert_int_equal(e.timeout_s, 9);
	assert_true(e.has_cpus && e.cpus.words[0] == 3 && e.cpus.words[1] == 1);
	assert_true(e.has_sched && e.sched.priority == 5);
	assert_true(e.has_nice && e.nice == -20);
	assert_int_equal(e.limit.count, 2);
	assert_string_equal(e.env.values[0][0], "A=b c");
	assert_string_equal(e.env.values[1][0], "B=");
	assert_string_equal(e.cwd, "/tmp");
	assert_string_equal(e.user, "nobody:nogroup");
	assert_string_equal(e.write.values[0][1], "1");
	assert_string_equal(e.mount.values[0][3], "size=1M,ro");
	assert_string_equal(e.module.values[0][1], "max_loop=3");
	assert_string_equal(e.hostname, "h");
	assert_string_equal(e.collect.values[0][0], "/a*");
	assert_string_equal(e.better.values[0][1], "lat");
	assert_string_equal(e.better.values[1][0], "higher");
	assert_int_equal(e.output, STDOUT_PIPE);
	assert_int_equal(e.finish, FINISH_HALT);
	assert_int_equal(e.klog, KLOG_NEVER);
	experiment_free(&e);
}

static void
errors_have_line_and_key(void **state)
{
	static const struct {
		const char *text, *expected;
	} bad[] = {
	    {"run a\n\nlimmit x 1", "f:3: limmit: unknown key; did you mean limit?"},
	    {"run 'a\n b'\nnice x", "f:3: nice must be a number from -20 to 19"},
	    {"run 'a", "f:1: run has an unclosed quote or a trailing backslash"},
	    {"run", "f:1: run has no value"},
	    {"session 0123456789abcdef", "f:1: session: unknown key"},
	    {"nice 1\nnice 2", "f:2: nice is set twice"},
	    {"nice 20", "f:1: nice must be a number from -20 to 19"},
	    {"nice -21", "f:1: nice must be a number from -20 to 19"},
	    {"cpus 1-", "f:1: cpus is not a CPU list such as 0-3,8 below 1024"},
	    {"cpus 3-1", "f:1: cpus is not a CPU list such as 0-3,8 below 1024"},
	    {"cpus 1024", "f:1: cpus is not a CPU list such as 0-3,8 below 1024"},
	    {"sched fifo", "f:1: sched needs a priority from 1 to 99 with fifo and rr"},
	    {"sched other 1", "f:1: sched takes a priority only with fifo or rr"},
	    {"limit nofile 2 1", "f:1: limit has a soft limit above the hard one"},
	    {"env =x", "f:1: env must be NAME=VALUE, blanks in quotes"},
	    {"env A=b c", "f:1: env must be NAME=VALUE, blanks in quotes"},
	    {"cwd tmp", "f:1: cwd must be an absolute path"},
	    {"write /proc/x 1 unchekced",
	     "f:1: write must be PATH VALUE [unchecked], the path below "
	     "/proc or /sys, blanks in quotes"},
	    {"write /etc/x 1", "f:1: write must be PATH VALUE [unchecked], the path below /proc or "
			       "/sys, blanks in quotes"},
	    {"mount a b c", "f:1: mount needs an absolute TARGET"},
	    {"mount a /b", "f:1: mount must be SOURCE TARGET TYPE [OPTIONS] [deadline=SECONDS]"},
	    {"net eth0",
	     "f:1: net must be INTERFACE dhcp, INTERFACE ADDRESS/PREFIX, or INTERFACE up"},
	    {"net eth0 1.2.3.4",
	     "f:1: net must be INTERFACE dhcp, INTERFACE ADDRESS/PREFIX, or INTERFACE up"},
	    {"better lower", "f:1: better must be lower NAME or higher NAME"},
	    {"better faster lat", "f:1: better must be lower NAME or higher NAME"},
	    {"better lower a b", "f:1: better must be lower NAME or higher NAME"},
	    {"collect x", "f:1: collect must be one absolute glob, blanks in quotes"},
	    {"stdout tee", "f:1: stdout must be keep, pipe, drop or stream"},
	    {"noise compute", "f:1: noise must be none"},
	    {"repeat 0", "f:1: repeat must be a number from 1 to 1000000"},
	};
	struct experiment e;
	(void)state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_file(&e, bad[i].text), -1);
		assert_string_equal(problem, bad[i].expected);
		experiment_free(&e);
	}
	struct text t = text_in(problem, sizeof(problem) - 1);
	e = experiment_default();
	assert_int_equal(experiment_read_file(&e, "f", "run a\0b", 7, &t), -1);
	experiment_free(&e);
}

/* A key on the command line replaces all its values in the file, and no other key. */
static void
command_line_replaces_file(void **state)
{
	static const char line[] = "quiet lull.env=C=1 lull.env=D=2 lull.repeat=7 -- x y";
	struct text t = text_in(problem, sizeof(problem) - 1);
	struct experiment e;
	(void)state;

	assert_int_equal(read_file(&e, "run a\nrun b\nenv A=1\nenv B=1\nrepeat 2\nwarmup 4\n"), 0);
	assert_int_equal(experiment_read_line(&e, LAYER_ARCHIVE, "lull.env=E=1", 12, &t), 0);
	assert_int_equal(e.env.count, 1);
	assert_int_equal(experiment_read_line(&e, LAYER_COMMAND_LINE, line, strlen(line), &t), 0);
	assert_int_equal(e.env.count, 2);
	assert_string_equal(e.env.values[0][0], "C=1");
	assert_int_equal(e.repeat, 7);
	assert_int_equal(e.warmup, 4);
	assert_int_equal(e.run.count, 1);
	assert_string_equal(e.run.values[0][1], "y");
	experiment_free(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key),
	    cmocka_unit_test(errors_have_line_and_key),
	    cmocka_unit_test(command_line_replaces_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
