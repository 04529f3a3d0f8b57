/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "module_list.h"

static void
written_list_is_parsed(void **state)
{
	char bytes[4096];
	struct text t = text_in(bytes, sizeof(bytes));
	struct module_list list;
	struct module_line line;
	(void)state;

	module_list_start(&t, "6.1.0-x");
	module_list_add(&t, true, "/lib/a b.ko", "x=1 y=\"2\n%\"");
	module_list_add(&t, false, "/c.ko", "");
	module_list_add_built(&t, "ext4");
	assert_false(t.full);
	assert_memory_equal(
	    bytes,
	    "kernel 6.1.0-x\nneed /lib/a%20b.ko x=1%20y=\"2%0a%25\"\ntry /c.ko\nbuilt ext4\n",
	    t.used);
	assert_int_equal(module_list_read(&list, bytes, t.used), 0);
	assert_string_equal(list.release, "6.1.0-x");
	assert_int_equal(module_list_next(&list, &line), 1);
	assert_true(line.need);
	assert_string_equal(line.path, "/lib/a b.ko");
	assert_string_equal(line.options, "x=1 y=\"2\n%\"");
	assert_int_equal(module_list_next(&list, &line), 1);
	assert_false(line.need);
	assert_false(line.is_built);
	assert_string_equal(line.path, "/c.ko");
	assert_string_equal(line.options, "");
	assert_int_equal(module_list_next(&list, &line), 1);
	assert_true(line.is_built);
	assert_string_equal(line.path, "ext4");
	assert_int_equal(module_list_next(&list, &line), 0);
}

static void
invalid_lists_are_refused(void **state)
{
	static const char *const heads[] = {"",		 "\n",		"kernel\n", "kernel a b\n",
					    "need /a\n", "kernel %00\n"};
	static const char *const lines[] = {"\n",
					    "need\n",
					    "need a.ko\n",
					    "want /a.ko\n",
					    "try /a.ko x y\n",
					    "need /a%0 x\n",
					    "need /a%00 x\n",
					    "need /a.ko x%00\n",
					    "built\n",
					    "built a b\n",
					    "need  /a.ko\n"};
	struct module_list list;
	struct module_line line;
	char text[128];
	(void)state;

	for (size_t i = 1; i < sizeof(heads) / sizeof(*heads); i++) {
		/* A release may be empty: it then matches no kernel. */
		if (strcmp(heads[i], "kernel\n") != 0)
			assert_int_equal(module_list_read(&list, heads[i], strlen(heads[i])), -1);
	}
	assert_int_equal(module_list_read(&list, heads[0], 0), -1);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		strcat(strcpy(text, "kernel x\n"), lines[i]);
		assert_int_equal(module_list_read(&list, text, strlen(text)), 0);
		assert_int_equal(module_list_next(&list, &line), -1);
	}
}

static void
long_options_are_refused(void **state)
{
	enum { LONG = MODULE_OPTIONS_MAX + 1 };
	char text[64 + LONG] = "kernel x\nneed /a ";
	size_t start = strlen(text);
	struct module_list list;
	struct module_line line;
	(void)state;

	memset(text + start, 'o', LONG);
	assert_int_equal(module_list_read(&list, text, start + LONG - 1), 0);
	assert_int_equal(module_list_next(&list, &line), 1);
	assert_int_equal(strlen(line.options), MODULE_OPTIONS_MAX);
	assert_int_equal(module_list_read(&list, text, start + LONG), 0);
	assert_int_equal(module_list_next(&list, &line), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(written_list_is_parsed),
	    cmocka_unit_test(invalid_lists_are_refused),
	    cmocka_unit_test(long_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
