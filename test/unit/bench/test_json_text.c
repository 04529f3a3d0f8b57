/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <float.h>

#include "base/json.h"

static void
expect_text(json_t *json, const char *expected)
{
	char *text = object_text(json, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	json_decref(json);
}

static void
numbers_are_as_short_as_possible(void **state)
{
	(void)state;
	expect_text(object_number(587.747), "587.747");
	expect_text(object_number(0.1), "0.1");
	expect_text(object_number(2.5), "2.5");
	expect_text(object_number(-1.0 / 3), "-0.3333333333333333");
	expect_text(object_number(0.1 + 0.2), "0.30000000000000004");
	expect_text(object_number(1e23), "1e23");
	expect_text(object_number(1.7e308), "1.7e308");
	expect_text(object_number(1e-7), "1e-7");
	expect_text(object_number(-1.25e-10), "-1.25e-10");
	expect_text(object_number(5e-324), "5e-324");
	expect_text(object_number(DBL_MIN), "2.2250738585072014e-308");
	expect_text(object_number(DBL_MAX), "1.7976931348623157e308");
	expect_text(object_number(-0.0), "-0.0");
}

static void
whole_numbers_have_no_point(void **state)
{
	(void)state;
	expect_text(object_number(0), "0");
	expect_text(object_number(-1000), "-1000");
	expect_text(object_number(9007199254740992), "9007199254740992");
	expect_text(object_number(1e16), "1e16");
}

/* Strings that look like numbers stay unchanged. */
static void
strings_are_unchanged(void **state)
{
	(void)state;
	expect_text(json_pack("{s:s, s:s, s:[f, b, n, s]}", "587.74700000000007", "1.50000", "\"\\",
			      "\\\"0.10\\", "a", 0.25, 1, "x"),
		    "{\"587.74700000000007\":\"1.50000\",\"\\\"\\\\\":\"\\\\\\\"0.10\\\\\",\"a\":["
		    "0.25,true,null,\"x\"]}");
}

/* Every number reads back the same. */
static void
numbers_are_read_as_written(void **state)
{
	uint64_t bits = 1;
	(void)state;

	for (int i = 0; i < 20000; i++) {
		double number, back;
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&number, &bits, sizeof(number));
		if (number != number || number - number != 0)
			continue;
		json_t *json = object_number(number), *read;
		char *text = object_text(json, JSON_COMPACT | JSON_ENCODE_ANY);
		read = json_loads(text, JSON_DECODE_ANY, NULL);
		assert_non_null(read);
		back = json_number_value(read);
		assert_memory_equal(&back, &number, sizeof(number));
		free(text);
		json_decref(read);
		json_decref(json);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_as_short_as_possible),
	    cmocka_unit_test(whole_numbers_have_no_point),
	    cmocka_unit_test(strings_are_unchanged),
	    cmocka_unit_test(numbers_are_read_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
