/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "elf/ldcache.h"
#include "made/ldcache_made.h"
#include "resolve/process.h"

static const char *const directories[] = {"/lib/x", "/usr/lib", NULL};

/* Returns all candidates, separated by blanks. */
static int
collect(void *context, const char *path, enum search_place place)
{
	char *all = context;
	(void)place;

	strcat(strcat(all, path), " ");
	return 0;
}

static void
expect(const struct search *search, const struct search_object *by, const char *name,
       const char *candidates)
{
	char all[4096] = "";

	assert_int_equal(search_library(search, by, name, collect, all), 0);
	assert_string_equal(all, candidates);
}

static void
glibc_order(void **state)
{
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	struct search search = {
	    .directories = directories, .cache = &cache, .lib = "lib/x", .platform = "p"};
	struct search_object main = {.rpath = "/main:/both", .origin = "/o"};
	struct search_object middle = {.rpath = "/middle", .origin = "/m", .loader = &main};
	struct search_object hidden = {
	    .rpath = "/hidden", .runpath = "/run", .origin = "/h", .loader = &main};
	struct search_object leaf = {.origin = "/l", .loader = &hidden};
	(void)state;

	ldcache_made(file, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	expect(&search, &middle, "n", "/middle/n /main/n /both/n /lib/x/n /usr/lib/n ");
	/*
	 * With a RUNPATH, an object uses no RPATH; objects that inherit from it ignore only its
	 * own RPATH.
	 */
	expect(&search, &hidden, "n", "/run/n /lib/x/n /usr/lib/n ");
	expect(&search, &leaf, "n", "/main/n /both/n /lib/x/n /usr/lib/n ");
	expect(&search, &leaf, "liba.so",
	       "/main/liba.so /both/liba.so /lib/liba.so /lib/x/liba.so /usr/lib/liba.so ");
	expect(&search, &leaf, "../x/n", "../x/n ");
	expect(&search, &leaf, "$ORIGIN/n", "/l/n ");
	/* LD_LIBRARY_PATH comes between RPATH and RUNPATH. */
	search.given = "/given:/more";
	expect(&search, &middle, "n",
	       "/middle/n /main/n /both/n /given/n /more/n /lib/x/n /usr/lib/n ");
	expect(&search, &hidden, "n", "/given/n /more/n /run/n /lib/x/n /usr/lib/n ");
}

static void
nodeflib_skips_default_directories(void **state)
{
	static const char *const lib[] = {"/lib", NULL}, *const root[] = {"", NULL};
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	struct search search = {.directories = directories, .cache = &cache};
	struct search_object by = {.runpath = "/r", .origin = "/o", .nodeflib = true};
	(void)state;

	ldcache_made(file, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	expect(&search, &by, "libb.so", "/r/libb.so /lib/libb.so ");
	search.directories = lib;
	expect(&search, &by, "libb.so", "/r/libb.so ");
	/* Also libraries in subdirectories of default directories. */
	search.directories = root;
	expect(&search, &by, "libb.so", "/r/libb.so ");
}

static void
variants_come_before_the_baseline(void **state)
{
	static const char *const variants[] = {"glibc-hwcaps/v3", "tls/x", NULL};
	unsigned char file[LDCACHE_MADE_SIZE];
	struct ldcache cache;
	struct search search = {.directories = directories, .cache = &cache, .variants = variants};
	struct search_object by = {.runpath = "/r", .origin = "/o", .nodeflib = true};
	(void)state;

	ldcache_made(file, false);
	assert_int_equal(ldcache_open(&cache, file, sizeof(file)), 0);
	expect(&search, &by, "liba.so",
	       "/r/glibc-hwcaps/v3/liba.so /r/tls/x/liba.so /r/liba.so /glibc-hwcaps/v3/liba.so ");
	expect(&search, &by, "/x/liba.so", "/x/liba.so ");
}

static void
tokens_are_replaced(void **state)
{
	struct search search = {.directories = directories, .lib = "lib/x", .platform = "p"};
	struct search_object by = {.origin = "/o"};
	(void)state;

	by.runpath = "$ORIGIN/../${LIB}:${ORIGIN}:/$PLATFORM/${PLATFORM}x";
	expect(&search, &by, "n", "/o/../lib/x/n /o/n /p/px/n /lib/x/n /usr/lib/n ");
	by.runpath = "/$ORIGINAL:/$ORIGIN2:/$OTHER:/${ORIGIN:/$";
	expect(&search, &by, "n",
	       "/$ORIGINAL/n /$ORIGIN2/n /$OTHER/n /${ORIGIN/n /$/n /lib/x/n /usr/lib/n ");
	by.runpath = "";
	expect(&search, &by, "n", "/lib/x/n /usr/lib/n ");
	/* The current directory, which is an error when it is reached. */
	by.runpath = "/a::b";
	expect(&search, &by, "n", "/a/n n b/n /lib/x/n /usr/lib/n ");
}

static void
musl_order(void **state)
{
	struct search search = {.musl = true, .path = "/lib\n/usr/lib"};
	struct search_object main = {.rpath = "/main", .origin = "/o"};
	struct search_object by = {
	    .rpath = "/ignored", .runpath = "$ORIGIN/r", .origin = "/l", .loader = &main};
	(void)state;

	expect(&search, &by, "n", "/l/r/n /main/n /lib/n /usr/lib/n ");
	by.runpath = "$ORIGINAL:/x$ORIGIN2";
	expect(&search, &by, "n", "/lAL/n /x/l2/n /main/n /lib/n /usr/lib/n ");
	by.runpath = "/r:$LIB";
	expect(&search, &by, "n", "/main/n /lib/n /usr/lib/n ");
	assert_true(search_musl_is_loader("libc.so"));
	assert_true(search_musl_is_loader("libpthread.so.0"));
	assert_false(search_musl_is_loader("libcap.so.2"));
	assert_false(search_musl_is_loader("c.so"));
}

static int
stop_at_second(void *context, const char *path, enum search_place place)
{
	int *count = context;
	(void)path;

	return ++*count == 2 ? 10 + (int)place : 0;
}

static void
stops_when_the_callback_ends_it(void **state)
{
	struct search search = {.directories = directories};
	struct search_object by = {.rpath = "/a:/b:/c", .origin = "/o"};
	int count = 0;
	(void)state;

	assert_int_equal(search_library(&search, &by, "n", stop_at_second, &count),
			 10 + SEARCH_RPATH);
	assert_int_equal(count, 2);
	assert_true(search_is_default(&search, "/usr/lib/n"));
	assert_false(search_is_default(&search, "/usr/lib/x/n"));
	assert_false(search_is_default(&search, "/usr/n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(glibc_order),
	    cmocka_unit_test(nodeflib_skips_default_directories),
	    cmocka_unit_test(tokens_are_replaced),
	    cmocka_unit_test(variants_come_before_the_baseline),
	    cmocka_unit_test(musl_order),
	    cmocka_unit_test(stops_when_the_callback_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
