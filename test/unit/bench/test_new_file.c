/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "host/new_file.h"

static int
open_folder(void **state)
{
	char path[] = "/tmp/new_file.XXXXXX";
	int *folder = malloc(sizeof(*folder));

	*state = folder;
	*folder = mkdtemp(path) != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return *folder < 0 ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf \"$(readlink /proc/$PPID/fd/%d)\"",
		 *(int *)*state);
	int result = system(command);
	close(*(int *)*state);
	free(*state);
	return result;
}

static void
expect_content(int folder, const char *name, const char *content)
{
	size_t length;
	char *text = io_read(folder, name, 4096, &length);

	assert_non_null(text);
	assert_string_equal(text, content);
	free(text);
}

/* The number of names in a folder. */
static int
count_names(int folder)
{
	char command[80];
	int count = -1;

	snprintf(command, sizeof(command), "ls -A /proc/$PPID/fd/%d/ | wc -l", folder);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%d", &count), 1);
	pclose(pipe);
	return count;
}

static void
a_file_appears_when_it_is_committed(void **state)
{
	int folder = *(int *)*state;
	struct new_file file;

	assert_int_equal(new_file_open(&file, folder, "a", 0600), 0);
	assert_int_equal(io_write(file.fd, "one", 3), 0);
	assert_int_equal(faccessat(folder, "a", F_OK, 0), -1);
	assert_int_equal(new_file_commit(&file, "a", NEW_FILE_SYNC), 0);
	new_file_close(&file);
	expect_content(folder, "a", "one");
	assert_int_equal(io_replace(folder, "a", "two", 3), 0);
	expect_content(folder, "a", "two");
	assert_int_equal(count_names(folder), 1);
}

static void
what_is_not_committed_leaves_nothing(void **state)
{
	int folder = *(int *)*state;
	struct new_file file;

	assert_int_equal(io_replace(folder, "a", "one", 3), 0);
	assert_int_equal(new_file_open(&file, folder, "a", 0600), 0);
	assert_int_equal(io_write(file.fd, "tw", 2), 0);
	assert_int_equal(count_names(folder), 2);
	new_file_close(&file);
	expect_content(folder, "a", "one");
	assert_int_equal(count_names(folder), 1);
}

static void
what_is_there_is_not_replaced_unasked(void **state)
{
	int folder = *(int *)*state;

	assert_int_equal(io_create(folder, "a", "one", 3), 0);
	assert_int_equal(io_create(folder, "a", "two", 3), -1);
	assert_int_equal(errno, EEXIST);
	expect_content(folder, "a", "one");
	assert_int_equal(symlinkat("nowhere", folder, "b"), 0);
	assert_int_equal(io_create(folder, "b", "two", 3), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(count_names(folder), 2);
}

/* Two at the same time, in a subfolder, with the longest possible name. */
static void
each_has_a_name_of_its_own(void **state)
{
	int folder = *(int *)*state;
	char path[2 + 255 + 1] = "d/";
	struct new_file one, two;

	memset(path + 2, 'x', 255);
	assert_int_equal(mkdirat(folder, "d", 0700), 0);
	assert_int_equal(new_file_open(&one, folder, path, 0600), 0);
	assert_int_equal(new_file_open(&two, folder, path, 0600), 0);
	assert_int_equal(new_file_commit(&one, path, NEW_FILE_SYNC), 0);
	assert_int_equal(new_file_commit(&two, path, NEW_FILE_SYNC | NEW_FILE_ONLY), -1);
	assert_int_equal(errno, EEXIST);
	new_file_close(&one);
	new_file_close(&two);
	assert_int_equal(faccessat(folder, path, F_OK, 0), 0);
}

/* Files of others stay. */
static void
leftovers_are_removed_and_nothing_else(void **state)
{
	static const char *const others[] = {"a", ".a.new", ".a.0123456.new", "a.01234567.new",
					     ".a.0123456g.new"};
	int folder = *(int *)*state;
	struct new_file file;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(io_create(folder, others[i], "", 0), 0);
	assert_int_equal(new_file_open(&file, folder, "a", 0600), 0);
	assert_int_equal(new_file_remove_leftovers(folder), 0);
	assert_int_equal(count_names(folder), 5);
	new_file_close(&file);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(a_file_appears_when_it_is_committed),
	    IN_FOLDER(what_is_not_committed_leaves_nothing),
	    IN_FOLDER(what_is_there_is_not_replaced_unasked),
	    IN_FOLDER(each_has_a_name_of_its_own),
	    IN_FOLDER(leftovers_are_removed_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
