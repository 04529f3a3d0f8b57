/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "study/study_progress.h"

/* The time left never grows while a boot runs, even a long one. */
static void
the_time_left_never_rises(void **state)
{
	double before = study_progress_seconds_left(5, 4, 1, 0);
	(void)state;

	assert_true(before == 20);
	for (double since = 0.25; since < 60; since += 0.25) {
		double now = study_progress_seconds_left(5, 4, 1, since);
		assert_true(now <= before && now >= 15);
		before = now;
	}
	assert_true(before == 15);
	/* After a boot of the usual duration the estimate continues from there. */
	assert_true(study_progress_seconds_left(5, 4, 1, 5) ==
		    study_progress_seconds_left(5, 3, 1, 0));
}

static void
several_boots_run_at_once(void **state)
{
	(void)state;
	assert_true(study_progress_seconds_left(2, 10, 4, 1) == 19);
	assert_true(study_progress_seconds_left(2, 10, 4, 100) == 12);
	assert_true(study_progress_seconds_left(2, 3, 4, 100) == 0);
	assert_true(study_progress_seconds_left(2, 0, 0, 0) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_time_left_never_rises),
	    cmocka_unit_test(several_boots_run_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
