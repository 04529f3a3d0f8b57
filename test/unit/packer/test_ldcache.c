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
#include "elf/ldcache.h"
#include "elf/object.h"
#include "made/ldcache_made.h"

static void
finds_the_baseline(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	for (int big = 0; big <= 1; big++) {
		ldcache_made(file, big);
		assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
		assert_string_equal(ldcache_find(&cache, "liba.so", 0, NULL), "/lib/liba.so");
		assert_string_equal(ldcache_find(&cache, "libb.so", 0, NULL), "/lib/libb.so");
		assert_null(ldcache_find(&cache, "libb", 0, NULL));
		assert_null(ldcache_find(&cache, "", 0, NULL));
	}
}

static void
finds_the_best_for_the_processor(void **state)
{
	static const char *const v4[] = {"glibc-hwcaps/v4", "glibc-hwcaps/v3", NULL},
				 *const v2[] = {"glibc-hwcaps/v2", NULL};
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	ldcache_made(file, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	assert_true(cache.has_hwcaps);
	assert_string_equal(ldcache_find(&cache, "liba.so", 0, v4), "/glibc-hwcaps/v3/liba.so");
	assert_string_equal(ldcache_find(&cache, "liba.so", 0, v2), "/lib/liba.so");
	assert_string_equal(ldcache_find(&cache, "libb.so", 0, v4), "/lib/libb.so");
}

static void
finds_the_machine(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	ldcache_made(file, false);
	ldcache_made_put(file + 48 + 2 * 24, 0x303, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	assert_string_equal(ldcache_find(&cache, "liba.so", 0x303, NULL), "/lib/liba.so");
	assert_null(ldcache_find(&cache, "liba.so", 3, NULL));
}

/* Consecutive digits are a number; the result is the library that ldconfig puts first. */
static void
compares_numbers(void **state)
{
	static const char strings[] = "lib10.so\0lib9.so\0lib09.so\0/10\0/9\0/09";
	static const uint32_t rows[][2] = {{0, 26}, {9, 30}, {17, 33}};
	unsigned char file[48 + 3 * 24 + sizeof(strings)] = "glibc-ld.so.cache1.1";
	struct ldcache cache;
	(void)state;

	ldcache_made_put(file + 20, 3, false);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 2; j++)
			ldcache_made_put(file + 48 + i * 24 + 4 + j * 4, 48 + 3 * 24 + rows[i][j],
					 false);
	memcpy(file + 48 + 3 * 24, strings, sizeof(strings));
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	assert_string_equal(ldcache_find(&cache, "lib10.so", 0, NULL), "/10");
	assert_string_equal(ldcache_find(&cache, "lib010.so", 0, NULL), "/10");
	assert_string_equal(ldcache_find(&cache, "lib9.so", 0, NULL), "/9");
	assert_string_equal(ldcache_find(&cache, "lib09.so", 0, NULL), "/9");
	assert_null(ldcache_find(&cache, "lib1.so", 0, NULL));
	assert_null(ldcache_find(&cache, "lib11.so", 0, NULL));
	assert_null(ldcache_find(&cache, "libx.so", 0, NULL));
}

/* Before glibc 2.32, a table of another format precedes the new one. */
static void
finds_the_table_after_an_old_one(void **state)
{
	unsigned char file[16 + 12 + 4 + LDCACHE_MADE_SIZE] = "ld.so-1.7.0";
	struct ldcache cache;
	(void)state;

	ldcache_made_put(file + 12, 1, false);
	ldcache_made(file + 32, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	assert_string_equal(ldcache_find(&cache, "libb.so", 0, NULL), "/lib/libb.so");
	ldcache_made_put(file + 12, 0xffffffff, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), -1);
}

static void
survives_any_truncation_and_offset(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	ldcache_made(file, false);
	for (size_t size = 1; size < sizeof(file); size++) {
		unsigned char *cut = malloc(size);
		assert_non_null(cut);
		memcpy(cut, file, size);
		if (ldcache_open(&cache, cut, size) == 0)
			ldcache_find(&cache, "libb.so", 0, NULL);
		else
			assert_true(size < 48 + 3 * 24);
		free(cut);
	}
	for (size_t at = 48; at < 48 + 3 * 24; at += 4) {
		ldcache_made(file, false);
		ldcache_made_put(file + at, 0xfffffff0, false);
		assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
		ldcache_find(&cache, "libb.so", 0, NULL);
	}
	ldcache_made_put(file + 20, 1000, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), -1);
}

/* Returns what ldconfig prints for the flags of x86-64 and of 32 bits; 0 for others. */
static uint32_t
flags_of(const char *line)
{
	return strstr(line, "(libc6,x86-64") != NULL ? 0x303
	       : strstr(line, "(libc6)") != NULL     ? 3
						     : 0;
}

/*
 * Compares with ldconfig: the result is the first library of a name that it prints for the
 * baseline.
 */
static void
agrees_with_ldconfig(void **state)
{
	struct ldcache cache;
	char line[1024], last[1024] = "";
	size_t size, found = 0;
	void *map = mapped_file("/etc/ld.so.cache", &size);
	FILE *pipe = popen("PATH=$PATH:/sbin:/usr/sbin ldconfig -p", "r");
	(void)state;

	assert_non_null(map);
	assert_non_null(pipe);
	assert_int_equal(ldcache_open(&cache, map, size), 0);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		char *path = strstr(line, " => "), *name = line + 1, *end = strchr(line, ')');
		uint32_t flags = flags_of(line);
		if (line[0] != '\t' || path == NULL || end == NULL || flags == 0 ||
		    strstr(line, "hwca") != NULL || strncmp(line, last, (size_t)(end - line)) == 0)
			continue;
		strcpy(last, line);
		path += 4;
		path[strcspn(path, "\n")] = '\0';
		name[strcspn(name, " ")] = '\0';
		const char *is = ldcache_find(&cache, name, flags, NULL);
		assert_non_null(is);
		assert_string_equal(is, path);
		found++;
	}
	assert_int_equal(pclose(pipe), 0);
	assert_true(found > 0);
	mapped_release(map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_baseline),
	    cmocka_unit_test(finds_the_best_for_the_processor),
	    cmocka_unit_test(finds_the_machine),
	    cmocka_unit_test(compares_numbers),
	    cmocka_unit_test(finds_the_table_after_an_old_one),
	    cmocka_unit_test(survives_any_truncation_and_offset),
	    cmocka_unit_test(agrees_with_ldconfig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
