/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/identity.h"

/* For a little-endian machine, as the test machines are. */
static const char xen[] = "\4\0\0\0\6\0\0\0\6\0\0\0Xen\0linux\0\0\0";
static const char short_name[] = "\1\0\0\0\1\0\0\0\3\0\0\0\0\0\0\0x\0\0\0";
static const char other_type[] = "\4\0\0\0\4\0\0\0\1\0\0\0GNU\0abcd";
static const char build_id[] = "\4\0\0\0\5\0\0\0\3\0\0\0GNU\0abcde";

static size_t
join(char *to, const char *const parts[], const size_t sizes[], size_t count)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		memcpy(to + used, parts[i], sizes[i] - 1);
		used += sizes[i] - 1;
	}
	return used;
}

/* Searches a block of the exact size, so that the sanitizer detects reads beyond it. */
static bool
finds_build_id(const char *notes, size_t length, const char *id, size_t expected)
{
	char *exact = malloc(length > 0 ? length : 1);
	size_t size = 0;

	assert_non_null(exact);
	memcpy(exact, notes, length);
	const unsigned char *at = notes_build_id(exact, length, &size);
	bool found = at != NULL && size == expected && memcmp(at, id, size) == 0;
	free(exact);
	return found;
}

static void
build_id_after_other_notes(void **state)
{
	const char *const parts[] = {xen, short_name, other_type, build_id};
	const size_t sizes[] = {sizeof(xen), sizeof(short_name), sizeof(other_type),
				sizeof(build_id)};
	char notes[256];
	size_t length = join(notes, parts, sizes, 4);
	(void)state;

	assert_true(finds_build_id(notes, length, "abcde", 5));
	/* Only the last note's padding may be missing. */
	for (size_t cut = 0; cut < length; cut++)
		assert_false(finds_build_id(notes, cut, "abcde", 5));
	memcpy(notes + length, "\0\0\0trailing", 11);
	assert_true(finds_build_id(notes, length + 11, "abcde", 5));
}

static void
sizes_beyond_the_end(void **state)
{
	static const uint32_t sizes[] = {6,	     0x7fffffff, 0x80000000,
					 0xfffffffc, 0xfffffffd, 0xffffffff};
	char notes[sizeof(build_id)];
	(void)state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (size_t field = 0; field < 2; field++) {
			memcpy(notes, build_id, sizeof(notes));
			memcpy(notes + 4 * field, &sizes[i], 4);
			assert_false(finds_build_id(notes, sizeof(notes) - 1, "abcde", 5));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(build_id_after_other_notes),
	    cmocka_unit_test(sizes_beyond_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
