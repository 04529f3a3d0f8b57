/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/reasons.h"

static void
add_reason(struct plan *plan, const struct plan_entry *entry, const char *what, const char *of)
{
	const struct plan_why why = {what, of};

	assert_int_equal(plan_add_parents(plan, entry->path, why), 0);
	assert_non_null(plan_add(plan, entry, why));
}

/* The same entries in any order give the same text, which can be parsed. */
static void
writes_and_reads(void **state)
{
	const struct plan_entry program = {
	    .path = "/b/odd\t\n\\\xff", .type = PLAN_FILE, .rank = PLAN_GIVEN, .content = "xyz"};
	const struct plan_entry library = {
	    .path = "/b/lib", .type = PLAN_FILE, .rank = PLAN_GIVEN, .content = ""};
	const struct plan_entry link = {
	    .path = "/b/link", .type = PLAN_LINK, .rank = PLAN_GIVEN, .content = "lib"};
	char *text[2];
	struct reasons reasons;
	size_t line;
	(void)state;

	for (int i = 0; i < 2; i++) {
		struct plan plan = {.count = 0};
		if (i == 0)
			add_reason(&plan, &library, "library of", program.path);
		add_reason(&plan, &program, "-f", i == 0 ? "/home/a:/b" : "/home/b:/b");
		add_reason(&plan, &link, i == 0 ? "way to" : "-b", "x");
		add_reason(&plan, &library, "-b", "a:/b");
		add_reason(&plan, &library, "library of", program.path);
		plan_sort(&plan);
		text[i] = reasons_write(&plan);
		plan_free(&plan);
	}
	assert_string_equal(text[0], text[1]);
	assert_string_equal(
	    text[0], "dir\t0755\t0\t/b\n"
		     "file\t0000\t0\t/b/lib\t-b\ta:/b\tlibrary of\t/b/odd\\011\\012\\134\\377\n"
		     "link\t0000\t3\t/b/link\n"
		     "file\t0000\t3\t/b/odd\\011\\012\\134\\377\t-f\tSRC:/b\n");
	assert_int_equal(reasons_read(&reasons, text[0], strlen(text[0]), &line), 0);
	const struct reasons_line *found = reasons_find(&reasons, "/b/lib");
	assert_non_null(found);
	assert_int_equal(found->count, 2);
	assert_true(reasons_is_of_file(&found->whys[1]));
	assert_string_equal(found->whys[1].of, program.path);
	assert_non_null(reasons_find(&reasons, program.path));
	assert_null(reasons_find(&reasons, "/none"));
	reasons_free(&reasons);
	free(text[0]);
	free(text[1]);
}

static void
refuses_invalid_manifests(void **state)
{
	static const char *const wrong[] = {"file\t0644\t0\t/a",       "\n",
					    "file\t0644\t0\n",	       "file\t0644\t0\ta\n",
					    "file\t0644\t0\t/a\t-b\n", "file\t0644\t0\t/\\9\n",
					    "file\t0644\t0\t/\\000\n"};
	struct reasons reasons;
	size_t line;
	(void)state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char text[64] = "dir\t0755\t0\t/\n";
		strcat(text, wrong[i]);
		assert_int_equal(reasons_read(&reasons, text, strlen(text), &line), -1);
		assert_int_equal(line, 2);
	}
	assert_int_equal(reasons_read(&reasons, "a\0b\tb\tc\t/d\n", 11, &line), -1);
	assert_int_equal(reasons_read(&reasons, "", 0, &line), 0);
	assert_null(reasons_find(&reasons, "/"));
	reasons_free(&reasons);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_and_reads),
	    cmocka_unit_test(refuses_invalid_manifests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
