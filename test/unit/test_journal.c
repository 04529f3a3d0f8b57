/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "io.h"
#include "journal.h"

enum { TAKEN_MAX = 256 };

/* What was taken: each line and a newline. `bad` is no line of a journal, `gone` has no console. */
static char taken[TAKEN_MAX];
static char problem[JOURNAL_PROBLEM_MAX];

static int
take(void *context, const char *line, size_t length, bool is_synced)
{
	(void)context;
	if (length == 3 && memcmp(line, "bad", 3) == 0)
		return -1;
	if (!is_synced && length == 4 && memcmp(line, "gone", 4) == 0)
		return 1;
	snprintf(taken + strlen(taken), TAKEN_MAX - strlen(taken), "%.*s\n", (int)length, line);
	return 0;
}

static int
open_folder(void **state)
{
	static char path[sizeof("/tmp/journal.XXXXXX")];

	strcpy(path, "/tmp/journal.XXXXXX");
	*state = mkdtemp(path);
	return *state == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", (char *)*state);
	return system(command);
}

static int
folder_of(void **state)
{
	int folder = open(*state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(folder >= 0);
	taken[0] = '\0';
	problem[0] = '\0';
	return folder;
}

static struct journal
opened(int folder)
{
	struct journal j;

	taken[0] = '\0';
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_int_equal(journal_open(&j, take, NULL, problem), 0);
	return j;
}

static void
append(struct journal *j, const char *line)
{
	assert_int_equal(journal_append(j, line, strlen(line)), 0);
}

static void
expect_file(int folder, const char *content)
{
	size_t length;
	char *text = io_read(folder, "journal", 4096, &length);

	assert_non_null(text);
	assert_string_equal(text, content);
	free(text);
}

static void
lines_come_back(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	assert_string_equal(taken, "");
	append(&j, "one");
	append(&j, "two");
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(taken, "one\ntwo\n");
	append(&j, "three");
	journal_close(&j);
	taken[0] = '\0';
	assert_int_equal(journal_read(folder, take, NULL, problem), 0);
	assert_string_equal(taken, "one\ntwo\nthree\n");
	close(folder);
}

static void
half_a_line_is_cut_off(void **state)
{
	int folder = folder_of(state);

	assert_int_equal(io_replace(folder, "journal", "one\ntw", 6), 0);
	assert_int_equal(journal_read(folder, take, NULL, problem), 0);
	assert_string_equal(taken, "one\n");
	struct journal j = opened(folder);
	assert_string_equal(taken, "one\n");
	append(&j, "two");
	journal_close(&j);
	expect_file(folder, "one\ntwo\n");
	close(folder);
}

static void
what_is_not_whole_is_dropped_unless_it_was_synced(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	append(&j, "one");
	assert_int_equal(journal_sync(&j, 1, true), 0);
	append(&j, "gone");
	append(&j, "three");
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(taken, "one\n");
	expect_file(folder, "one\n");
	append(&j, "gone");
	assert_int_equal(journal_sync(&j, 2, true), 0);
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(taken, "one\ngone\n");
	journal_close(&j);
	close(folder);
}

static void
a_line_that_is_none_changes_nothing(void **state)
{
	int folder = folder_of(state);
	struct journal j;

	assert_int_equal(io_replace(folder, "journal", "one\nbad\ntwo\nth", 14), 0);
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_int_equal(journal_open(&j, take, NULL, problem), -1);
	assert_string_equal(problem, "journal:2: this is no line of a journal; nothing was changed");
	journal_close(&j);
	expect_file(folder, "one\nbad\ntwo\nth");
	close(folder);
}

static void
one_process_writes(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder), second;
	char told[JOURNAL_TOLD_MAX + 1];

	journal_tell(&j, "process 7\nbooting a\n", 20);
	assert_true(journal_hear(folder, told));
	assert_string_equal(told, "process 7\nbooting a\n");
	assert_int_equal(journal_lock(&second, folder, problem), -1);
	assert_string_equal(problem, "another bench works on it already (process 7)");
	journal_close(&second);
	assert_true(journal_hear(folder, told));
	journal_tell(&j, "process 7\n", 10);
	assert_true(journal_hear(folder, told));
	assert_string_equal(told, "process 7\n");
	journal_close(&j);
	assert_false(journal_hear(folder, told));
	assert_string_equal(told, "");
	close(folder);
}

static void
a_full_disk_leaves_whole_lines(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);
	struct rlimit before, small;

	append(&j, "one");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 6;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int result = journal_append(&j, "two", 3);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(result, -1);
	expect_file(folder, "one\n");
	append(&j, "three");
	journal_close(&j);
	expect_file(folder, "one\nthree\n");
	close(folder);
}

static void
syncing_waits_for_its_group(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	append(&j, "one");
	assert_int_equal(journal_sync(&j, 100, false), 0);
	assert_int_equal(j.synced, 4);
	append(&j, "two");
	assert_int_equal(journal_sync(&j, 100.1, false), 0);
	assert_int_equal(j.synced, 4);
	assert_int_equal(journal_sync(&j, 100.5, false), 0);
	assert_int_equal(j.synced, 8);
	journal_close(&j);
	close(folder);
}

/* The kernel tells a failed write once; what was not synced then may never be. */
static void
after_a_failure_nothing_counts_as_synced(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);
	int file = j.file;

	append(&j, "one");
	j.file = -1;
	assert_int_equal(journal_sync(&j, 1, true), -1);
	j.file = file;
	assert_int_equal(journal_sync(&j, 2, true), 0);
	assert_int_equal(j.synced, 0);
	journal_close(&j);
	close(folder);
}

/* What a folder has had of its own is no study's. */
static void
locks_of_others_are_told_apart(void **state)
{
	int folder = folder_of(state);

	assert_false(journal_was_locked(folder));
	assert_int_equal(io_replace(folder, "lock", "x", 1), 0);
	assert_false(journal_was_locked(folder));
	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	struct journal j = opened(folder);
	journal_close(&j);
	assert_true(journal_was_locked(folder));
	close(folder);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(lines_come_back),
	    IN_FOLDER(half_a_line_is_cut_off),
	    IN_FOLDER(what_is_not_whole_is_dropped_unless_it_was_synced),
	    IN_FOLDER(a_line_that_is_none_changes_nothing),
	    IN_FOLDER(one_process_writes),
	    IN_FOLDER(a_full_disk_leaves_whole_lines),
	    IN_FOLDER(syncing_waits_for_its_group),
	    IN_FOLDER(after_a_failure_nothing_counts_as_synced),
	    IN_FOLDER(locks_of_others_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
