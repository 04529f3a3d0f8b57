/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/follow.h"
#include "plan/plan.h"

static const struct plan_why why = {"test", ""};

static struct plan_entry *
add_entry(struct plan *plan, const char *path, enum plan_type type, enum plan_rank rank,
	  const char *content)
{
	const struct plan_entry entry = {
	    .path = path, .type = type, .rank = rank, .mode = 0700 + rank, .content = content};

	return plan_add(plan, &entry, why);
}

static void
ranks_decide(void **state)
{
	struct plan plan = {.count = 0};
	(void)state;

	assert_int_equal(add_entry(&plan, "/d", PLAN_DIR, PLAN_IMPLIED, NULL)->mode, 0700);
	assert_int_equal(add_entry(&plan, "/d", PLAN_DIR, PLAN_GIVEN, NULL)->mode, 0702);
	assert_int_equal(add_entry(&plan, "/d", PLAN_DIR, PLAN_SKELETON, NULL)->mode, 0702);
	assert_non_null(add_entry(&plan, "/f", PLAN_FILE, PLAN_GIVEN, "given"));
	assert_string_equal(add_entry(&plan, "/f", PLAN_FILE, PLAN_SKELETON, "made")->content,
			    "given");
	assert_null(add_entry(&plan, "/f", PLAN_FILE, PLAN_GIVEN, "other"));
	assert_null(add_entry(&plan, "/f", PLAN_LINK, PLAN_GIVEN, "given"));
	assert_non_null(add_entry(&plan, "/f", PLAN_FILE, PLAN_GIVEN, "given"));
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan_add_parents(&plan, "/f/g", why), -1);
	plan_free(&plan);
}

static void
keeps_each_reason_once(void **state)
{
	const struct plan_entry file = {
	    .path = "/f", .type = PLAN_FILE, .rank = PLAN_GIVEN, .content = ""};
	struct plan plan = {.count = 0};
	char of[] = "a";
	(void)state;

	struct plan_entry *entry = plan_add(&plan, &file, (struct plan_why){"library of", of});
	plan_add(&plan, &file, (struct plan_why){"library of", "b"});
	plan_add(&plan, &file, (struct plan_why){"library of", of});
	of[0] = 'x';
	assert_string_equal(entry->reasons->why.of, "a");
	assert_string_equal(entry->reasons->next->why.of, "b");
	assert_null(entry->reasons->next->next);
	plan_free(&plan);
}

static void
expect_located(const struct plan *plan, const char *path, const char *expected)
{
	char *located = plan_locate(plan, path);

	assert_non_null(located);
	assert_string_equal(located, expected);
	free(located);
}

static void
locates_through_links(void **state)
{
	struct plan plan = {.count = 0};
	(void)state;

	add_entry(&plan, "/bin", PLAN_LINK, PLAN_GIVEN, "usr/bin");
	add_entry(&plan, "/var", PLAN_DIR, PLAN_GIVEN, NULL);
	add_entry(&plan, "/var/run", PLAN_LINK, PLAN_GIVEN, "/run");
	add_entry(&plan, "/usr/loop", PLAN_LINK, PLAN_GIVEN, "loop");
	add_entry(&plan, "/usr/up", PLAN_LINK, PLAN_GIVEN, "../var/./run/");
	expect_located(&plan, "/bin/ls", "/usr/bin/ls");
	expect_located(&plan, "//bin///../lib/", "/usr/lib");
	expect_located(&plan, "/var/run/x", "/run/x");
	expect_located(&plan, "/usr/up/x", "/run/x");
	expect_located(&plan, "/bin", "/bin");
	expect_located(&plan, "/bin/.", "/usr/bin");
	expect_located(&plan, "/../..", "");
	assert_null(plan_locate(&plan, "/usr/loop/x"));
	plan_free(&plan);
}

/* Plans two of three hard links to a file, and one of two to another file. */
static void
finds_hard_links(void **state)
{
	static const char *const paths[] = {"/z", "/a", "/m", "/b"};
	struct plan plan = {.count = 0};
	(void)state;

	for (int i = 0; i < 4; i++) {
		struct plan_entry entry = {.path = paths[i],
					   .type = PLAN_FILE,
					   .rank = PLAN_GIVEN,
					   .source = paths[i],
					   .in_place = true};
		entry.stat.st_ino = i < 2 ? 7 : (ino_t)i + 20;
		entry.stat.st_nlink = i < 2 ? 3 : i == 2 ? 2 : 1;
		plan_add(&plan, &entry, why);
	}
	plan_sort(&plan);
	for (size_t i = 1; i < plan.count; i++)
		assert_true(strcmp(plan.entries[i - 1]->path, plan.entries[i]->path) < 0);
	assert_ptr_equal(plan_find(&plan, "/z")->first, plan_find(&plan, "/a"));
	assert_int_equal(plan_find(&plan, "/a")->links, 2);
	assert_int_equal(plan_find(&plan, "/m")->links, 1);
	assert_ptr_equal(plan_find(&plan, "/m")->first, plan_find(&plan, "/m"));
	plan_free(&plan);
}

static void
follows_within_bounds(void **state)
{
	struct follow follow;
	char path[PATH_MAX + 10];
	(void)state;

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[PATH_MAX] = '\0';
	assert_int_equal(follow_start(&follow, path), -1);
	path[PATH_MAX - 1] = '\0';
	assert_int_equal(follow_start(&follow, path), 0);
	assert_int_equal(follow_step(&follow), 1);
	assert_int_equal(strlen(follow.done), PATH_MAX - 1);
	assert_int_equal(follow_link(&follow, path), 0);
	assert_int_equal(follow_step(&follow), 1);
	assert_int_equal(follow_link(&follow, ""), -1);
	assert_int_equal(follow_start(&follow, "/a/b"), 0);
	assert_int_equal(follow_step(&follow), 1);
	assert_int_equal(follow_link(&follow, path), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranks_decide),	     cmocka_unit_test(keeps_each_reason_once),
	    cmocka_unit_test(locates_through_links), cmocka_unit_test(finds_hard_links),
	    cmocka_unit_test(follows_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
