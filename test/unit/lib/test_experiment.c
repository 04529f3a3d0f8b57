/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiment.h"
#include "words.h"

static char problem[256];

static int
read_line(struct experiment *e, const char *line)
{
	struct text t = text_in(problem, sizeof(problem) - 1);

	*e = experiment_default();
	memset(problem, 0, sizeof(problem));
	return experiment_read_line(e, LAYER_COMMAND_LINE, line, strlen(line), &t);
}

static void
assert_words(char **words, const char *const expected[])
{
	assert_non_null(words);
	for (size_t i = 0; expected[i] != NULL; i++) {
		assert_non_null(words[i]);
		assert_string_equal(words[i], expected[i]);
		words[i + 1] == NULL ? assert_null(expected[i + 1]) : (void)0;
	}
}

static void
keys_of_a_command_line(void **state)
{
	struct experiment e;
	(void)state;

	assert_int_equal(read_line(&e, "console=ttyS0 panic=-1 quiet lull.run=ls%20-l%20/ "
				       "lull.timeout=7 lull.finish=reboot "
				       "lull.klog=always lull.exact=1 "
				       "lull.session=00000000000000ff lull.hostname=a%20b\n"),
			 0);
	assert_words(e.run.values[0], (const char *const[]){"ls", "-l", "/", NULL});
	assert_int_equal(e.timeout_s, 7);
	assert_int_equal(e.finish, FINISH_REBOOT);
	assert_int_equal(e.klog, KLOG_ALWAYS);
	assert_true(e.exact && e.has_session && e.session == 0xff);
	assert_string_equal(e.hostname, "a b");
	experiment_free(&e);
	assert_int_equal(read_line(&e, ""), 0);
	assert_int_equal(e.run.count, 0);
	assert_int_equal(e.finish, FINISH_POWEROFF);
}

static void
last_value_of_a_key_counts(void **state)
{
	struct experiment e;
	(void)state;

	assert_int_equal(read_line(&e, "lull.run=a lull.timeout=1 lull.run=b lull.timeout=2"), 0);
	/* Keys that repeat are appended. */
	assert_int_equal(e.run.count, 2);
	assert_words(e.run.values[0], (const char *const[]){"a", NULL});
	assert_words(e.run.values[1], (const char *const[]){"b", NULL});
	assert_int_equal(e.timeout_s, 2);
	experiment_free(&e);
}

static void
words_after_two_dashes_are_the_command(void **state)
{
	struct experiment e;
	(void)state;

	assert_int_equal(
	    read_line(&e, "rdinit=/init lull.run=no -- sh -c \"echo  a  'b'\" lull.run=x '' end\n"),
	    0);
	assert_words(e.run.values[0], (const char *const[]){"sh", "-c", "echo  a  'b'",
							    "lull.run=x", "", "end", NULL});
	experiment_free(&e);
	assert_int_equal(read_line(&e, "lull.run=yes -- \n"), 0);
	assert_words(e.run.values[0], (const char *const[]){"yes", NULL});
	experiment_free(&e);
	assert_int_equal(read_line(&e, "lull.run=yes --"), 0);
	assert_words(e.run.values[0], (const char *const[]){"yes", NULL});
	experiment_free(&e);
	assert_int_equal(read_line(&e, "a \"b -- c\" lull.run=yes"), 0);
	assert_words(e.run.values[0], (const char *const[]){"yes", NULL});
	experiment_free(&e);
	assert_int_equal(read_line(&e, "--x lull.run=yes"), 0);
	assert_words(e.run.values[0], (const char *const[]){"yes", NULL});
	experiment_free(&e);
}

static void
double_quotes_like_the_kernel(void **state)
{
	struct experiment e;
	(void)state;

	assert_int_equal(
	    read_line(&e, "lull.run=\"ls -l\" dyndbg=\"file a.c +p\" \"lull.timeout=3\""), 0);
	assert_words(e.run.values[0], (const char *const[]){"ls", "-l", NULL});
	assert_int_equal(e.timeout_s, 3);
	experiment_free(&e);
}

static void
errors_are_reported_and_parsing_continues(void **state)
{
	static const struct {
		const char *line, *expected;
	} bad[] = {
	    {"lull.rum=ls lull.timeout=9", "lull.rum: unknown key; did you mean run?"},
	    {"lull.run= lull.timeout=9", "lull.run has no value"},
	    {"lull.run lull.timeout=9", "lull.run: a key needs a value: lull.KEY=VALUE"},
	    {"lull.run='a lull.timeout=9",
	     "lull.run has an unclosed quote or a trailing backslash"},
	    {"lull.run=%2 lull.timeout=9", "lull.run: invalid percent-encoding"},
	    {"lull.run=a%00b lull.timeout=9", "lull.run: invalid percent-encoding"},
	    {"lull.session=12 lull.timeout=9", "lull.session must be 16 hexadecimal digits"},
	    {"lull.finish=later lull.timeout=9",
	     "lull.finish must be poweroff, reboot, halt or shell"},
	    {"lull.timeout=9 lull.exact=2", "lull.exact must be 0 or 1"},
	    {"lull.timeout=9 lull.\x1b[2J=1", "lull.%1b[2J: unknown key"},
	    {"lull.timeout=9 -- sh -c 'a",
	     "lull.run has an unclosed quote or a trailing backslash"},
	};
	struct experiment e;
	(void)state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_line(&e, bad[i].line), -1);
		assert_string_equal(problem, bad[i].expected);
		assert_int_equal(e.timeout_s, 9);
		experiment_free(&e);
	}
	assert_int_equal(read_line(&e, "lull.timeout=0"), -1);
	assert_int_equal(read_line(&e, "lull.timeout=10000001"), -1);
	assert_int_equal(read_line(&e, "lull.timeout=99999999999999999999"), -1);
	assert_int_equal(read_line(&e, "lull.timeout=1s"), -1);
}

/*
 * Arguments with any bytes survive encoding into one word of the kernel's command line and decoding
 * by init.
 */
static void
commands_survive_encoding(void **state)
{
	char every[256], *argv[] = {"a b",    "",    "'",	    "\"\\", "--", "x=y z",
				    "\n\t\r", every, "$HOME `x` *", "%41",  NULL};
	char line[8192];
	struct text t = text_in(line, sizeof(line) - 1);
	struct experiment e;
	(void)state;

	for (int i = 1; i < 256; i++)
		every[i - 1] = (char)i;
	every[255] = '\0';
	memset(line, 0, sizeof(line));
	text_string(&t, "quiet");
	experiment_write_run(&t, argv);
	experiment_write(&t, "hostname", "a \"b\"");
	assert_false(t.full);
	for (const char *c = line + 6; *c != '\0'; c++)
		assert_true(*c >= 0x20 && *c < 0x7f && *c != '"');
	assert_int_equal(read_line(&e, line), 0);
	for (size_t i = 0; argv[i] != NULL; i++)
		assert_string_equal(e.run.values[0][i], argv[i]);
	assert_null(e.run.values[0][10]);
	assert_string_equal(e.hostname, "a \"b\"");
	experiment_free(&e);
}

static void
words_are_split_like_in_a_shell(void **state)
{
	static const struct {
		const char *text;
		const char *words[6];
	} cases[] = {
	    {"", {NULL}},
	    {" \t\n ", {NULL}},
	    {"ls  cat\tip\n", {"ls", "cat", "ip", NULL}},
	    {"a\\ b 'c d'\"e f\"g", {"a b", "c de fg", NULL}},
	    {"'' \"\"", {"", "", NULL}},
	    {"\"a\\\"b\\c\\\\\"", {"a\"b\\c\\", NULL}},
	    {"'a\\b' a\\\nb", {"a\\b", "ab", NULL}},
	    {"\\\n a \\\n\\\n b \\\n", {"a", "b", NULL}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char **words = words_split(cases[i].text);
		assert_words(words, cases[i].words);
		if (cases[i].words[0] == NULL)
			assert_null(words[0]);
		free(words);
	}
	static const char *const bad[] = {"'", "\"a", "a\\", "a 'b\" c"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		assert_null(words_split(bad[i]));
		assert_int_equal(errno, EINVAL);
	}
}

static void
numbers_are_whole_and_bounded(void **state)
{
	uint64_t number = 5;
	(void)state;

	assert_int_equal(text_parse_number("0", 0, &number), 0);
	assert_true(number == 0);
	assert_int_equal(text_parse_number("18446744073709551615", UINT64_MAX, &number), 0);
	assert_true(number == UINT64_MAX);
	assert_int_equal(text_parse_number("18446744073709551616", UINT64_MAX, &number), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(text_parse_number("10", 9, &number), -1);
	assert_int_equal(text_parse_number("5", 4, &number), -1);
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1.5"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(text_parse_number(bad[i], UINT64_MAX, &number), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_true(number == UINT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_of_a_command_line),
	    cmocka_unit_test(last_value_of_a_key_counts),
	    cmocka_unit_test(words_after_two_dashes_are_the_command),
	    cmocka_unit_test(double_quotes_like_the_kernel),
	    cmocka_unit_test(errors_are_reported_and_parsing_continues),
	    cmocka_unit_test(commands_survive_encoding),
	    cmocka_unit_test(words_are_split_like_in_a_shell),
	    cmocka_unit_test(numbers_are_whole_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
