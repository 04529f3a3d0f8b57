/* SPDX-License-Identifier: MIT */
/* Values that the kernel's files return in another form than was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/knob_value.h"

static void
values(void **state)
{
	static const struct {
		const char *is, *wanted;
		bool same;
	} cases[] = {
	    {"11", "11", true},
	    {"11", "12", false},
	    {"4\t4\t1\t7", "4 4 1 7", true},
	    {"4\t4\t1\t7", "7", false},
	    {"4\t4\t1\t7", "4 4 1", false},
	    {"", "", true},
	    {"", "1", false},
	    /* numbers */
	    {"16", "0x10", true},
	    {"0x10", "16", true},
	    {"16", "0x11", false},
	    {"10", "0x10", false},
	    {"max", "1M", false},
	    {"-1", "1", false},
	    /* switches */
	    {"N", "0", true},
	    {"Y", "1", true},
	    {"Y", "on", true},
	    {"1", "y", true},
	    {"N", "1", false},
	    {"off", "0", true},
	    {"2", "on", false},
	    /* masks */
	    {"01", "1", true},
	    {"ff", "0000,ff", false},
	    {"00000000,000000ff", "ff", true},
	    {"ff", "00000000,000000FF", true},
	    {"00000001,00000000", "100000000", true},
	    {"00000001,00000000", "1", false},
	    {"0", "00", true},
	    {"3", "f", false},
	    /* lists */
	    {"0-2", "0,1,2", true},
	    {"0-2", "0,1", false},
	    {"0-2,8", "8,0-2", true},
	    /* choices */
	    {"always madvise [never]", "never", true},
	    {"always madvise [never]", "always", false},
	    {"none [mq-deadline]", "mq", false},
	    /* names in a list */
	    {"GENTLE_FAIR_SLEEPERS NO_TTWU_QUEUE NO_HRTICK", "NO_TTWU_QUEUE", true},
	    {"GENTLE_FAIR_SLEEPERS TTWU_QUEUE", "NO_TTWU_QUEUE", false},
	    {"cpu memory", "+cpu", true},
	    {"cpu memory", "+cpu -memory", false},
	    {"cpu", "+cpu -memory", true},
	    {"cpu", "+cpu +io", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (knob_value_is(cases[i].is, cases[i].wanted) != cases[i].same)
			fail_msg("%s is %s: expected %d", cases[i].is, cases[i].wanted,
				 cases[i].same);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
