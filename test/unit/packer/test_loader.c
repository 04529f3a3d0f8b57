/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mapped.h"
#include "elf/loader.h"

static void
finds_the_longest_run(void **state)
{
	static const char file[] =
	    "\x7f"
	    "ELF/x/\0/lib/only/\0%s/lib/%s/\0\1\0/lib64/\0/usr/lib64/\0/proc/\0/lib/a:b/\0tail/lib";
	struct loader loader;
	(void)state;

	loader_read(&loader, file, sizeof(file));
	assert_int_equal(loader.count, 2);
	assert_string_equal(loader.first, "/lib64/");
	assert_string_equal(loader.first + strlen(loader.first) + 1, "/usr/lib64/");
	for (size_t size = 0; size < sizeof(file); size++) {
		char *cut = malloc(size + 1);
		assert_non_null(cut);
		memcpy(cut, file, size);
		loader_read(&loader, cut, size);
		assert_in_range(loader.count, 0, 2);
		free(cut);
	}
	loader_read(&loader, "/lib", 5);
	assert_int_equal(loader.count, 0);
}

/* Compares the directories read from each of this machine's loaders with those that it prints. */
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
		struct loader loader;
		loader_read(&loader, map, size);
		next = loader.first;
		snprintf(command, sizeof(command), "%s --list-diagnostics 2>/dev/null", loaders[i]);
		FILE *pipe = popen(command, "r");
		assert_non_null(pipe);
		while (fgets(line, sizeof(line), pipe) != NULL) {
			if (strncmp(line, "path.system_dirs[", 17) != 0 ||
			    (value = strchr(line, '"')) == NULL)
				continue;
			*strrchr(++value, '"') = '\0';
			assert_true(count < loader.count);
			assert_string_equal(next, value);
			next += strlen(next) + 1;
			count++;
		}
		pclose(pipe);
		assert_true(count == 0 || count == loader.count);
		judged += count > 0;
		mapped_release(map);
	}
	if (judged == 0)
		skip();
}

/* Compared with the loader's own help. */
static void
detects_legacy_directories(void **state)
{
	const char *path = "/lib64/ld-linux-x86-64.so.2";
	struct loader loader;
	size_t size;
	void *map = mapped_file(path, &size);
	(void)state;

	if (map == NULL)
		skip();
	loader_read(&loader, map, size);
	assert_int_equal(loader.legacy,
			 system("/lib64/ld-linux-x86-64.so.2 --help | grep -q '^Legacy HWCAP'") ==
			     0);
	mapped_release(map);
	/* Before 2.33, the help does not mention them. */
	loader_read(&loader, "/lib64/\0/usr/lib64/", 20);
	assert_true(loader.legacy);
	static const char later[] = "/lib64/\0/usr/lib64/\0Subdirectories of glibc-hwcaps";
	loader_read(&loader, later, sizeof(later));
	assert_int_equal(loader.count, 2);
	assert_false(loader.legacy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_longest_run),
	    cmocka_unit_test(agrees_with_loaders),
	    cmocka_unit_test(detects_legacy_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
