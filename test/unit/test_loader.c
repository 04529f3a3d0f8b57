/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loader.h"
#include "mapped.h"

static void
finds_the_longest_run(void **state)
{
	static const char file[] =
	    "\x7f"
	    "ELF/x/\0/lib/only/\0%s/lib/%s/\0\1\0/lib64/\0/usr/lib64/\0/proc/\0/lib/a:b/\0tail/lib";
	const char *first;
	(void)state;

	assert_int_equal(loader_directories(file, sizeof(file), &first), 2);
	assert_string_equal(first, "/lib64/");
	assert_string_equal(first + strlen(first) + 1, "/usr/lib64/");
	for (size_t size = 0; size < sizeof(file); size++) {
		char *cut = malloc(size + 1);
		assert_non_null(cut);
		memcpy(cut, file, size);
		assert_in_range(loader_directories(cut, size, &first), 0, 2);
		free(cut);
	}
	assert_int_equal(loader_directories("/lib", 5, &first), 0);
}

/* The loaders here are the judges: the directories that each of them tells are those that are read from it. */
static void
agrees_with_loaders(void **state)
{
	static const char *const loaders[] = {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux.so.2",
					      "/lib/ld-linux-aarch64.so.1"};
	size_t judged = 0;
	(void)state;

	for (size_t i = 0; i < sizeof(loaders) / sizeof(*loaders); i++) {
		char command[200], line[4096], *value;
		const char *next;
		size_t size, count = 0;
		void *map = mapped_file(loaders[i], &size);
		if (map == NULL)
			continue;
		size_t found = loader_directories(map, size, &next);
		snprintf(command, sizeof(command), "%s --list-diagnostics 2>/dev/null", loaders[i]);
		FILE *pipe = popen(command, "r");
		assert_non_null(pipe);
		while (fgets(line, sizeof(line), pipe) != NULL) {
			if (strncmp(line, "path.system_dirs[", 17) != 0 || (value = strchr(line, '"')) == NULL)
				continue;
			*strrchr(++value, '"') = '\0';
			assert_true(count < found);
			assert_string_equal(next, value);
			next += strlen(next) + 1;
			count++;
		}
		pclose(pipe);
		assert_true(count == 0 || count == found);
		judged += count > 0;
		mapped_release(map);
	}
	if (judged == 0)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_longest_run),
	    cmocka_unit_test(agrees_with_loaders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
