/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "elf/ldcache.h"

static void
reads_directories_and_patterns(void **state)
{
	const char *at = "# none\n\n  /a b \t# rest\nhwcap 0 "
			 "x\ninclude\t/etc/ld.so.conf.d/*.conf\ninclude   \nincluded\n/last";
	char out[PATH_MAX];
	bool include;
	(void)state;

	assert_true(ldconf_next(&at, out, &include));
	assert_false(include);
	assert_string_equal(out, "/a b");
	assert_true(ldconf_next(&at, out, &include));
	assert_true(include);
	assert_string_equal(out, "/etc/ld.so.conf.d/*.conf");
	assert_true(ldconf_next(&at, out, &include));
	assert_false(include);
	assert_string_equal(out, "/last");
	assert_false(ldconf_next(&at, out, &include));
	assert_string_equal(at, "");
}

static void
skips_long_words(void **state)
{
	static char text[PATH_MAX + 10];
	const char *at = text;
	char out[PATH_MAX];
	bool include;
	(void)state;

	memset(text, '/', PATH_MAX);
	strcpy(text + PATH_MAX, "\n/x\n");
	assert_true(ldconf_next(&at, out, &include));
	assert_string_equal(out, "/x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_directories_and_patterns),
	    cmocka_unit_test(skips_long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
