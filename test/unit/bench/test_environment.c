/* SPDX-License-Identifier: MIT */
/* Payloads of `environment` records, from init's writer to bench's reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "made/fact_expected.h"
#include "report/report_json.h"

enum { PAYLOADS_MAX = 64 };

static struct environment_writer writer;
static char payloads[PAYLOADS_MAX][WIRE_PAYLOAD_MAX];
static size_t lengths[PAYLOADS_MAX], count;
static struct facts facts;

static void
keep_record(const void *payload, size_t length)
{
	assert_in_range(length, 1, WIRE_PAYLOAD_MAX);
	assert_in_range(count, 0, PAYLOADS_MAX - 1);
	memcpy(payloads[count], payload, length);
	lengths[count++] = length;
}

static void
start_records(void)
{
	facts_free(&facts);
	count = 0;
	environment_start(&writer, keep_record);
}

/* Sends the rest and reads all records. */
static void
finish(void)
{
	uint64_t malformed = 0;

	environment_end(&writer);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(facts_read(&facts, payloads[i], lengths[i], &malformed), 0);
	assert_int_equal(malformed, 0);
}

static void
lines(void **state)
{
	static const char expected[] = "a b%0a%25 c\nempty \ngroup.name-1_x  %00%ff\n";
	(void)state;

	start_records();
	assert_int_equal(environment_add(&writer, "a", "b\n% c", 5), 0);
	assert_int_equal(environment_add(&writer, "empty", NULL, 0), 0);
	assert_int_equal(environment_add(&writer, "group.name-1_x", " \0\xff", 3), 0);
	finish();
	assert_int_equal(count, 1);
	assert_int_equal(lengths[0], strlen(expected));
	assert_memory_equal(payloads[0], expected, lengths[0]);
	assert_int_equal(facts.count, 3);
	expect_fact(&facts, "a", "b\n% c", 5);
	expect_fact(&facts, "empty", "", 0);
	expect_fact(&facts, "group.name-1_x", " \0\xff", 3);
	start_records();
	finish();
	assert_int_equal(count, 0);
	assert_int_equal(facts.count, 0);
}

static void
keys(void **state)
{
	static const char *const bad[] = {"",	 ".",	".a", "a.",  "a.b.c",	  "a..b", "A",
					  "a b", "a\n", "a%", "a/b", "a\xc3\xa9", "a:"};
	char longest[ENVIRONMENT_KEY_MAX + 2];
	(void)state;

	start_records();
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(environment_add(&writer, bad[i], "x", 1), -1);
	memset(longest, 'k', sizeof(longest));
	longest[ENVIRONMENT_KEY_MAX + 1] = '\0';
	assert_int_equal(environment_add(&writer, longest, "x", 1), -1);
	longest[ENVIRONMENT_KEY_MAX] = '\0';
	assert_int_equal(environment_add(&writer, longest, "x", 1), 0);
	finish();
	assert_int_equal(facts.count, 1);
	expect_fact(&facts, longest, "x", 1);
}

/* Tests all lengths around a cut, with bytes that take one and three characters. */
static void
long_values(void **state)
{
	static char value[4096];
	(void)state;

	for (int escaped = 0; escaped <= 1; escaped++)
		for (size_t length = 300; length < sizeof(value);
		     length += length < 1100 ? 1 : 97) {
			for (size_t i = 0; i < length; i++)
				value[i] = (char)(escaped ? 0x80 + i % 100 : 'a' + i % 26);
			start_records();
			environment_add(&writer, "before", "it", 2);
			environment_add(&writer, "long", value, length);
			environment_add(&writer, "after", "it", 2);
			finish();
			assert_int_equal(facts.count, 3);
			expect_fact(&facts, "long", value, length);
			expect_fact(&facts, "before", "it", 2);
			expect_fact(&facts, "after", "it", 2);
		}
}

static void
short_values_are_not_cut(void **state)
{
	char value[90];
	(void)state;

	memset(value, 'v', sizeof(value));
	start_records();
	for (size_t i = 0; i < 100; i++)
		environment_add(&writer, "key", value, i % sizeof(value));
	environment_end(&writer);
	for (size_t i = 0, line = 0; i < count; i++)
		for (size_t at = 0; at < lengths[i]; line++) {
			const char *newline = memchr(payloads[i] + at, '\n', lengths[i] - at);
			assert_non_null(newline);
			assert_int_equal(newline - payloads[i] - (long)at,
					 4 + line % sizeof(value));
			at = (size_t)(newline - payloads[i]) + 1;
		}
}

static uint64_t
read_text(const char *text)
{
	uint64_t malformed = 0;

	assert_int_equal(facts_read(&facts, text, strlen(text), &malformed), 0);
	return malformed;
}

static void
malformed_payloads(void **state)
{
	static const char *const bad[] = {"a",	       "a b",	  "\n",	       "a\n",	   " b\n",
					  "a b\nc",    "a b%\n",  "a b%4\n",   "a b%zz\n", "A b\n",
					  "a.b.c d\n", "a b\n\n", "a b\nA c\n"};
	(void)state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		facts_free(&facts);
		assert_int_equal(read_text(bad[i]), 1);
	}
	facts_free(&facts);
	assert_int_equal(read_text(""), 0);
	assert_int_equal(read_text("a b\na c\n"), 0);
	expect_fact(&facts, "a", "bc", 2);
	/* A name cannot also be a group. */
	assert_int_equal(read_text("g.a x\n"), 0);
	assert_int_equal(read_text("g x\n"), 1);
	assert_int_equal(read_text("a.g x\n"), 1);
	assert_int_equal(read_text("ga x\ng.ab x\n"), 0);
	assert_int_equal(facts.count, 4);
}

static void
keys_have_a_bound(void **state)
{
	char line[32];
	(void)state;

	facts_free(&facts);
	for (int i = 0; i < FACTS_MAX; i++) {
		snprintf(line, sizeof(line), "k%d v\n", i);
		assert_int_equal(read_text(line), 0);
	}
	assert_int_equal(read_text("more v\n"), 1);
	assert_int_equal(read_text("k7 w\n"), 0);
	expect_fact(&facts, "k7", "vw", 2);
}

static json_t *
encode(const char *data, size_t length)
{
	return json_stringn(data != NULL ? data : "", length);
}

static void
as_json(void **state)
{
	(void)state;

	facts_free(&facts);
	assert_int_equal(
	    read_text(
		"cpu.flags fpu  vme \nmodules \nversion a b\nmitigation.one x y\ncpu.model 1\n"),
	    0);
	json_t *json = facts_json(&facts, encode);
	char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
	assert_string_equal(text,
			    "{\"cpu\":{\"flags\":[\"fpu\",\"vme\"],\"model\":\"1\"},\"modules\":[],"
			    "\"version\":\"a b\",\"mitigation\":{\"one\":\"x y\"}}");
	free(text);
	json_decref(json);
	/* If a value cannot be encoded, there is no object. */
	assert_int_equal(read_text("bad %ff\n"), 0);
	assert_null(facts_json(&facts, encode));
	facts_free(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(long_values),
	    cmocka_unit_test(short_values_are_not_cut),
	    cmocka_unit_test(malformed_payloads),
	    cmocka_unit_test(keys_have_a_bound),
	    cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
