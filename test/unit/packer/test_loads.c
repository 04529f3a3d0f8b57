/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elf/dlopen_note.h"
#include "resolve/rule_words.h"

static void
reads_features(void **state)
{
	static const char text[] = "[{\"soname\":[\"liba.so.2\",\"liba.so.1\"],\"feature\":\"a\","
				   "\"priority\":\"required\"},"
				   "{\"soname\":[\"libb.so\"],\"other\":[1,{}]},"
				   "{\"soname\":\"libc.so\",\"priority\":\"suggested\"}]";
	struct dlopen_note note = {.count = 0};
	(void)state;

	assert_int_equal(dlopen_note_read(&note, text, sizeof(text)), 0);
	assert_int_equal(note.count, 3);
	assert_string_equal(note.features[0].name, "a");
	assert_int_equal(note.features[0].priority, DLOPEN_REQUIRED);
	assert_int_equal(note.features[0].count, 2);
	assert_string_equal(note.features[0].sonames[0], "liba.so.2");
	assert_string_equal(note.features[0].sonames[1], "liba.so.1");
	assert_string_equal(note.features[1].name, "");
	assert_int_equal(note.features[1].priority, DLOPEN_RECOMMENDED);
	assert_int_equal(note.features[2].priority, DLOPEN_SUGGESTED);
	assert_string_equal(note.features[2].sonames[0], "libc.so");
	/* A second note in the same file, as a single object and without the terminating NUL. */
	assert_int_equal(dlopen_note_read(&note, "{\"soname\":[\"libd.so\"]}", 22), 0);
	assert_int_equal(note.count, 4);
	assert_string_equal(note.features[3].sonames[0], "libd.so");
	dlopen_note_free(&note);
}

static void
refuses_invalid_notes(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "[",
	    "7",
	    "null",
	    "\"libz.so\"",
	    "[7]",
	    "[{}]",
	    "[{\"soname\":[]}]",
	    "[{\"soname\":7}]",
	    "[{\"soname\":[\"\"]}]",
	    "[{\"soname\":[\"a\",7]}]",
	    "[{\"soname\":[\"a\"]},{\"soname\":[\"b\"],\"priority\":\"must\"}]",
	    "[{\"soname\":[\"a\"],\"priority\":1}]",
	    "[{\"soname\":[\"a\"]}] x",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct dlopen_note note = {.count = 0};
		assert_int_equal(dlopen_note_read(&note, wrong[i], strlen(wrong[i]) + 1), -1);
		assert_int_equal(note.count, 0);
		dlopen_note_free(&note);
	}
}

/* Returns the words of `text`, separated by blanks. */
static void
expect_words(const char *text, const char *key, const char *expected)
{
	struct rule_words all[RULES] = {{.count = 0}};
	char line[256] = "";

	rule_words_read(&all[0], text, key);
	for (size_t i = 0; i < all[0].count; i++) {
		strcat(line, i > 0 ? " " : "");
		strcat(line, all[0].list[i]);
	}
	assert_string_equal(line, expected);
	rule_words_free(all);
}

static void
reads_words(void **state)
{
	(void)state;
	expect_words("passwd: files\nhosts:\tfiles [NOTFOUND=return a=b]dns # mdns\n",
		     "hosts:", "files dns");
	expect_words("hosts: a\n  hosts: b", "hosts:", "a b");
	expect_words("#hosts: a\nhosts2: b\nhosts:", "hosts:", "");
	expect_words("hosts: a [b", "hosts:", "a");
	expect_words("files dns", "", "files dns");
	expect_words(
	    "auth [success=1]\tpam_unix.so nullok\n-session optional pam_s.so\n# pam_no.so\n"
	    "auth x /lib/pam_x.so .so\n",
	    NULL, "pam_unix.so pam_s.so");
	expect_words("", "hosts:", "");
	expect_words("", NULL, "");
}

static void
expands_words(void **state)
{
	char *name = rule_words_expand("libnss_%s.so.2", "files");
	(void)state;

	assert_string_equal(name, "libnss_files.so.2");
	free(name);
	name = rule_words_expand("plain", "files");
	assert_string_equal(name, "plain");
	free(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_features),
	    cmocka_unit_test(refuses_invalid_notes),
	    cmocka_unit_test(reads_words),
	    cmocka_unit_test(expands_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
