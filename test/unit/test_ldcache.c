/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ldcache.h"
#include "mapped.h"
#include "ldcache_made.h"
#include "object.h"

static void
finds_the_baseline(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	for (int big = 0; big <= 1; big++) {
		uint32_t at = 0;
		ldcache_made(file, big);
		assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
		assert_string_equal(ldcache_next(&cache, "liba.so", &at), "/lib/liba.so");
		assert_null(ldcache_next(&cache, "liba.so", &at));
		at = 0;
		assert_string_equal(ldcache_next(&cache, "libb.so", &at), "/lib/libb.so");
		at = 0;
		assert_null(ldcache_next(&cache, "libb", &at));
		at = 0;
		assert_null(ldcache_next(&cache, "", &at));
	}
}

/* Before glibc 2.32 a table of another format stands in front. */
static void
finds_it_behind_an_old_table(void **state)
{
	unsigned char file[16 + 12 + 4 + LDCACHE_MADE_SIZE] = "ld.so-1.7.0";
	struct ldcache cache;
	uint32_t at = 0;
	(void)state;

	ldcache_made_put(file + 12, 1, false);
	ldcache_made(file + 32, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	assert_string_equal(ldcache_next(&cache, "libb.so", &at), "/lib/libb.so");
	ldcache_made_put(file + 12, 0xffffffff, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), -1);
}

static void
takes_any_cut_and_offset(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	(void)state;

	ldcache_made(file, false);
	for (size_t size = 1; size < sizeof(file); size++) {
		unsigned char *cut = malloc(size);
		uint32_t at = 0;
		assert_non_null(cut);
		memcpy(cut, file, size);
		if (ldcache_open(&cache, cut, size) == 0)
			while (ldcache_next(&cache, "libb.so", &at) != NULL)
				;
		else
			assert_true(size < 48 + 3 * 24);
		free(cut);
	}
	for (size_t at = 48; at < 48 + 3 * 24; at += 4) {
		uint32_t next = 0;
		ldcache_made(file, false);
		ldcache_made_put(file + at, 0xfffffff0, false);
		assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
		while (ldcache_next(&cache, "libb.so", &next) != NULL)
			;
	}
	ldcache_made_put(file + 20, 1000, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), -1);
}

/* ldconfig is the judge: every library that it prints for the baseline is found under its path. */
static void
agrees_with_ldconfig(void **state)
{
	struct ldcache cache;
	char line[1024];
	size_t size, found = 0;
	void *map = mapped_file("/etc/ld.so.cache", &size);
	FILE *pipe = popen("PATH=$PATH:/sbin:/usr/sbin ldconfig -p", "r");
	(void)state;

	assert_non_null(map);
	assert_non_null(pipe);
	assert_int_equal(ldcache_open(&cache, map, size), 0);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		char *path = strstr(line, " => "), *name = line + 1, *next;
		uint32_t at = 0;
		if (line[0] != '\t' || path == NULL || strstr(line, "hwca") != NULL)
			continue;
		path += 4;
		path[strcspn(path, "\n")] = '\0';
		name[strcspn(name, " ")] = '\0';
		while ((next = (char *)ldcache_next(&cache, name, &at)) != NULL && strcmp(next, path) != 0)
			;
		assert_non_null(next);
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
	    cmocka_unit_test(finds_it_behind_an_old_table),
	    cmocka_unit_test(takes_any_cut_and_offset),
	    cmocka_unit_test(agrees_with_ldconfig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
