/* SPDX-License-Identifier: MIT */
/* The searches of bench bisect, against the answers of simple loops over all points or sets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer/answer.h"
#include "bisect/config_mix.h"
#include "bisect/ddmin.h"
#include "bisect/figures.h"
#include "bisect/judge.h"
#include "bisect/search.h"

enum { POINTS_MAX = 60, CASES = 3000, ELEMENTS = 10, SETS = 1 << ELEMENTS };

/* A list: which of its points are bad, and which cannot be measured. */
struct list {
	size_t count;
	bool bad[POINTS_MAX], broken[POINTS_MAX];
	size_t measured;
};

static void
bisect_list(struct list *list, size_t *good, size_t *bad)
{
	bool seen[POINTS_MAX] = {false};
	struct search s;
	size_t at;

	search_start(&s, list->count);
	for (list->measured = 0; search_next(&s, &at); list->measured++) {
		assert_true(at > s.good && at < s.bad && !seen[at]);
		seen[at] = true;
		search_take(&s, at,
			    list->broken[at] ? SEARCH_SKIP
			    : list->bad[at]  ? SEARCH_BAD
					     : SEARCH_GOOD);
	}
	*good = s.good;
	*bad = s.bad;
	search_free(&s);
}

/* A list that is bad from a random point on, with broken points between its ends. */
static struct list
random_list(unsigned broken_percent)
{
	struct list list = {.count = 2 + (size_t)(random() % (POINTS_MAX - 1))};
	size_t first = 1 + (size_t)random() % (list.count - 1);

	for (size_t i = 0; i < list.count; i++) {
		list.bad[i] = i >= first;
		list.broken[i] =
		    i > 0 && i + 1 < list.count && random() % 100 < (long)broken_percent;
	}
	return list;
}

static void
a_list_without_broken_points_takes_the_logarithm_of_its_length(void **state)
{
	size_t good, bad;
	(void)state;

	srandom(1);
	for (int i = 0; i < CASES; i++) {
		struct list list = random_list(0);
		bisect_list(&list, &good, &bad);
		assert_int_equal(bad, good + 1);
		assert_true(list.bad[bad] && !list.bad[good]);
		assert_true(list.measured <= ceil(log2((double)list.count)));
	}
}

static void
the_answer_is_as_narrow_as_the_points_that_can_be_measured_allow(void **state)
{
	size_t good, bad;
	(void)state;

	srandom(2);
	for (int i = 0; i < CASES; i++) {
		struct list list = random_list((unsigned)i % 100);
		size_t last_good = 0, first_bad = list.count - 1;
		for (size_t at = 0; at < list.count; at++)
			if (!list.broken[at] && !list.bad[at])
				last_good = at;
		for (size_t at = list.count; at-- > 0;)
			if (!list.broken[at] && list.bad[at])
				first_bad = at;
		bisect_list(&list, &good, &bad);
		assert_int_equal(good, last_good);
		assert_int_equal(bad, first_bad);
	}
}

static void
a_run_of_broken_points_is_left_quickly(void **state)
{
	struct list list = {.count = POINTS_MAX};
	size_t good, bad;
	(void)state;

	for (size_t i = 0; i < POINTS_MAX; i++) {
		list.bad[i] = i >= 50;
		list.broken[i] = i >= 20 && i < 40;
	}
	bisect_list(&list, &good, &bad);
	assert_int_equal(bad, 50);
	assert_int_equal(good, 49);
	assert_true(list.measured < 14);
}

/* What a test knows of each set, whose elements are bits. */
struct oracle {
	enum ddmin_outcome outcomes[SETS];
	size_t tests, stop_after; /* stop_after: 0: never */
};

static unsigned
bits_of(const bool *chosen)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < ELEMENTS; i++)
		bits |= chosen[i] ? 1u << i : 0;
	return bits;
}

static enum ddmin_outcome
ask(void *context, const bool *chosen)
{
	struct oracle *oracle = context;

	if (++oracle->tests == oracle->stop_after)
		return DDMIN_STOP;
	return oracle->outcomes[bits_of(chosen)];
}

static unsigned
reduce(struct oracle *oracle)
{
	bool chosen[ELEMENTS];

	oracle->tests = 0;
	memset(chosen, true, sizeof(chosen));
	assert_int_equal(ddmin(chosen, ELEMENTS, ask, oracle), 0);
	return bits_of(chosen);
}

static void
ddmin_finds_the_elements_that_are_needed_together(void **state)
{
	static struct oracle oracle;
	(void)state;

	for (unsigned needed = 1; needed < SETS; needed++) {
		for (unsigned set = 0; set < SETS; set++)
			oracle.outcomes[set] =
			    (set & needed) == needed ? DDMIN_DIFFERS : DDMIN_SAME;
		assert_int_equal(reduce(&oracle), needed);
	}
}

static void
ddmin_finds_one_of_ten_in_few_tests(void **state)
{
	static struct oracle oracle;
	(void)state;

	for (unsigned set = 0; set < SETS; set++)
		oracle.outcomes[set] = set & 1u << 6 ? DDMIN_DIFFERS : DDMIN_SAME;
	assert_int_equal(reduce(&oracle), 1u << 6);
	assert_true(oracle.tests <= 8);
}

static void
no_element_can_be_removed_from_the_result(void **state)
{
	static struct oracle oracle;
	(void)state;

	srandom(3);
	for (int i = 0; i < CASES; i++) {
		for (unsigned set = 0; set < SETS; set++)
			oracle.outcomes[set] = (enum ddmin_outcome)(random() % 3);
		oracle.outcomes[SETS - 1] = DDMIN_DIFFERS;
		unsigned least = reduce(&oracle);
		assert_int_equal(oracle.outcomes[least], DDMIN_DIFFERS);
		for (unsigned bit = 0; bit < ELEMENTS && (least & (least - 1)) != 0; bit++)
			if (least & 1u << bit)
				assert_int_not_equal(oracle.outcomes[least & ~(1u << bit)],
						     DDMIN_DIFFERS);
	}
}

static void
sets_that_cannot_be_tested_are_passed_over(void **state)
{
	static struct oracle oracle;
	(void)state;

	/* 2 and 3 build only together, and 3 makes the difference. */
	for (unsigned set = 0; set < SETS; set++) {
		unsigned pair = set >> 2 & 3;
		oracle.outcomes[set] = pair == 1 || pair == 2 ? DDMIN_UNKNOWN
				       : pair == 3	      ? DDMIN_DIFFERS
							      : DDMIN_SAME;
	}
	assert_int_equal(reduce(&oracle), 3 << 2);
}

static void
a_test_can_stop_ddmin(void **state)
{
	static struct oracle oracle;
	bool chosen[ELEMENTS];
	(void)state;

	oracle.stop_after = 3;
	oracle.tests = 0;
	for (unsigned set = 0; set < SETS; set++)
		oracle.outcomes[set] = DDMIN_SAME;
	memset(chosen, true, sizeof(chosen));
	assert_int_equal(ddmin(chosen, ELEMENTS, ask, &oracle), -1);
	assert_int_equal(oracle.tests, 3);
}

static bool
differ(const double *good, const double *bad, double at_least)
{
	const struct judge_ends ends = {good, bad, 3};

	return judge_ends_differ(&ends, at_least).is_enough;
}

static void
ends_differ_by_more_than_layouts_do(void **state)
{
	const double good[] = {100, 102, 101}, more[] = {103, 105, 104}, same[] = {102, 104, 103};
	const double mixed[] = {110, 90, 110}, wide[] = {110, 130, 112};
	(void)state;

	assert_true(differ(good, more, 0));
	assert_true(differ(more, good, 0));
	assert_false(differ(good, same, 0)); /* 2, as much as the layouts differ */
	assert_true(differ(good, same, 2));
	assert_false(differ(good, same, 2.5));
	assert_false(differ(good, mixed, 0));
	assert_false(differ(good, mixed, 1));
	assert_false(differ(good, wide, 0)); /* the bad end varies by 20 */
	assert_false(differ(good, good, 0));
}

static enum judgement
judge(double one, double two, double three)
{
	const double good[] = {100, 102, 101}, bad[] = {120, 122, 121},
		     values[] = {one, two, three};
	const struct judge_ends ends = {good, bad, 3};

	return judge_point(&ends, values);
}

static void
a_point_is_compared_in_each_layout(void **state)
{
	(void)state;

	assert_int_equal(judge(100, 102, 101), JUDGED_GOOD);
	assert_int_equal(judge(90, 80, 109), JUDGED_GOOD);
	assert_int_equal(judge(120, 122, 121), JUDGED_BAD);
	assert_int_equal(judge(111, 113, 200), JUDGED_BAD);
	assert_int_equal(judge(100, 122, 101), JUDGED_BETWEEN);
	assert_int_equal(judge(110, 112, 111), JUDGED_BETWEEN);
}

static void
a_mixture_takes_the_chosen_lines_from_the_bad_configuration(void **state)
{
	struct config_mix mix;
	(void)state;

	config_mix_make(&mix,
			"# Comment\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=1\nCONFIG_D=y",
			"CONFIG_A=y\nCONFIG_B=m\nCONFIG_C=2\n# CONFIG_E is not set\n# Other\n");
	assert_int_equal(mix.count, 4);
	static const char *const options[] = {"CONFIG_B", "CONFIG_C", "CONFIG_D", "CONFIG_E"};
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(mix.at[i].option, options[i]);
	assert_string_equal(mix.at[0].good, "# CONFIG_B is not set");
	assert_string_equal(mix.at[0].bad, "CONFIG_B=m");
	assert_null(mix.at[2].bad);
	assert_null(mix.at[3].good);
	char *none = config_mix_text(&mix, (const bool[]){false, false, false, false});
	assert_string_equal(
	    none, "# Comment\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=1\nCONFIG_D=y\n");
	char *some = config_mix_text(&mix, (const bool[]){true, false, true, true});
	assert_string_equal(
	    some, "# Comment\nCONFIG_A=y\nCONFIG_C=1\nCONFIG_B=m\n# CONFIG_E is not set\n");
	free(none);
	free(some);
	config_mix_free(&mix);
}

/* A limit such as --at-least 20 is of instructions, also for a measure in microseconds. */
static void
figures_of_times_are_in_instructions(void **state)
{
	static struct study study;
	static char name[] = "lat", unit[] = "us";
	double values[] = {1.106, 1.106};
	uint64_t layouts[] = {0, 1}, blocks[] = {0, 1};
	struct answer_row row = {.cell = 0, .values = values, .boots = 2};
	struct answer_cell cell = {.layouts = layouts};
	struct answer_measure measure = {.command = 1, .name = name, .unit = unit, .rows = &row};
	const struct answer answer = {.study = &study,
				      .cells = &cell,
				      .blocks = blocks,
				      .block_count = 2,
				      .measures = &measure,
				      .count = 1};
	struct figures figures;
	(void)state;

	study.plan.layouts = 2;
	figures_copy(&figures, &answer);
	assert_int_equal(figures.count, 1);
	assert_string_equal(figures.at[0].unit, "ns");
	assert_true(fabs(figures.at[0].values[1] - 1106) < 1e-9);
	figures_free(&figures);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figures_of_times_are_in_instructions),
	    cmocka_unit_test(a_list_without_broken_points_takes_the_logarithm_of_its_length),
	    cmocka_unit_test(the_answer_is_as_narrow_as_the_points_that_can_be_measured_allow),
	    cmocka_unit_test(a_run_of_broken_points_is_left_quickly),
	    cmocka_unit_test(ddmin_finds_the_elements_that_are_needed_together),
	    cmocka_unit_test(ddmin_finds_one_of_ten_in_few_tests),
	    cmocka_unit_test(no_element_can_be_removed_from_the_result),
	    cmocka_unit_test(sets_that_cannot_be_tested_are_passed_over),
	    cmocka_unit_test(a_test_can_stop_ddmin),
	    cmocka_unit_test(ends_differ_by_more_than_layouts_do),
	    cmocka_unit_test(a_point_is_compared_in_each_layout),
	    cmocka_unit_test(a_mixture_takes_the_chosen_lines_from_the_bad_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
