/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/samples.h"

static void
lines_are_numbers_or_not(void **state)
{
	static const char text[] =
	    "lat 3.5 ns\nn -1e3 1/s\n\nbad\nx 1\nx nan s\nx 0x1 s\nx 1 s s\nx  1 s\n 1 s\nlast 7 B";
	static const bool valid[] = {true,  true,  false, false, false, false,
				     false, false, false, false, true};
	struct samples samples = samples_in(text, strlen(text));
	struct sample sample;
	size_t i = 0;
	(void)state;

	for (; samples_next(&samples, &sample); i++) {
		assert_true(i < sizeof(valid));
		assert_int_equal(sample.is_valid, valid[i]);
		if (i == 0) {
			assert_memory_equal(sample.name, "lat", sample.name_length);
			assert_true(sample.value == 3.5);
			assert_memory_equal(sample.unit, "ns", sample.unit_length);
		}
		if (i == 1)
			assert_true(sample.value == -1000);
		if (i == 3)
			assert_memory_equal(sample.name, "bad", sample.name_length);
	}
	assert_int_equal(i, sizeof(valid));
	samples = samples_in("", 0);
	assert_false(samples_next(&samples, &sample));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_numbers_or_not)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
