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

#include "base/io.h"
#include "study/journal.h"

enum { RECEIVED_MAX = 256, KEY = 7, SUM_LENGTH = sizeof(",\"sum\":\"0123456789abcdef\"") - 1 };

/*
 * The lines that receive_line() received, each with a newline. {bad} is not a line of a journal,
 * {gone} has no console.
 */
static char received[RECEIVED_MAX];
static char problem[JOURNAL_PROBLEM_MAX];

static int
receive_line(void *context, const char *line, size_t length, bool is_synced, const char **why)
{
	(void)context;
	(void)why;
	if (length == 5 && memcmp(line, "{bad}", 5) == 0)
		return -1;
	if (!is_synced && length == 6 && memcmp(line, "{gone}", 6) == 0)
		return 1;
	snprintf(received + strlen(received), RECEIVED_MAX - strlen(received), "%.*s\n",
		 (int)length, line);
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
	received[0] = '\0';
	problem[0] = '\0';
	return folder;
}

static struct journal
opened(int folder)
{
	struct journal j;

	received[0] = '\0';
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_int_equal(journal_open(&j, KEY, false, receive_line, NULL, problem), 0);
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
	/* Compare without the sums. */
	for (char *sum; (sum = strstr(text, ",\"sum\":\"")) != NULL;)
		memmove(sum, sum + SUM_LENGTH, strlen(sum + SUM_LENGTH) + 1);
	assert_string_equal(text, content);
	free(text);
}

static void
lines_come_back(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	assert_string_equal(received, "");
	append(&j, "{one}");
	append(&j, "{two}");
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(received, "{one}\n{two}\n");
	append(&j, "{three}");
	journal_close(&j);
	received[0] = '\0';
	assert_int_equal(journal_read(folder, KEY, false, receive_line, NULL, problem), 0);
	assert_string_equal(received, "{one}\n{two}\n{three}\n");
	close(folder);
}

/* Writes lines, or a part of one, as the journal. */
static void
write_journal(int folder, const char *content)
{
	assert_int_equal(io_replace(folder, "journal", content, strlen(content)), 0);
}

static void
half_a_line_is_cut_off(void **state)
{
	int folder = folder_of(state);

	write_journal(folder, "{one}\n{tw");
	assert_int_equal(journal_read(folder, KEY, false, receive_line, NULL, problem), 0);
	assert_string_equal(received, "{one}\n");
	struct journal j = opened(folder);
	assert_string_equal(received, "{one}\n");
	append(&j, "{two}");
	journal_close(&j);
	expect_file(folder, "{one}\n{two}\n");
	close(folder);
}

/* A journal of three synced lines; *lines: the start of each, and the end. */
static char *
three_lines(int folder, char *lines[4])
{
	struct journal j = opened(folder);
	size_t length;

	append(&j, "{one}");
	append(&j, "{two}");
	append(&j, "{three}");
	assert_int_equal(journal_sync(&j, 1, true), 0);
	journal_close(&j);
	char *text = io_read(folder, "journal", 4096, &length);
	assert_non_null(text);
	lines[0] = text;
	for (int i = 1; i < 4; i++)
		lines[i] = strchr(lines[i - 1], '\n') + 1;
	return text;
}

/* Expects that writing and reading refuse the journal and change nothing. */
static void
expect_refused(int folder, const char *content, const char *why)
{
	struct journal j;
	size_t length;

	write_journal(folder, content);
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_int_equal(journal_open(&j, KEY, false, receive_line, NULL, problem), -1);
	assert_string_equal(problem, why);
	journal_close(&j);
	assert_int_equal(journal_read(folder, KEY, false, receive_line, NULL, problem), -1);
	assert_string_equal(problem, why);
	char *text = io_read(folder, "journal", 4096, &length);
	assert_string_equal(text, content);
	free(text);
}

#define NOT_NEXT                                                                                   \
	": this line does not match the lines before it: study.json or lines were changed, "       \
	"duplicated, moved or removed; nothing was changed"

static void
changed_lines_are_refused(void **state)
{
	int folder = folder_of(state);
	char *line[4], changed[512], *text = three_lines(folder, line);
	int length[] = {(int)(line[1] - line[0]), (int)(line[2] - line[1]),
			(int)(line[3] - line[2])};

	snprintf(changed, sizeof(changed), "%s%.*s", line[0], length[2], line[2]);
	expect_refused(folder, changed,
		       "journal:4" NOT_NEXT); /* duplicated, after the synced part */
	snprintf(changed, sizeof(changed), "%.*s%.*s%s", length[0], line[0], length[0], line[0],
		 line[1]);
	expect_refused(folder, changed, "journal:2" NOT_NEXT); /* duplicated in the middle */
	snprintf(changed, sizeof(changed), "%.*s%.*s%s", length[1], line[1], length[0], line[0],
		 line[2]);
	expect_refused(folder, changed, "journal:1" NOT_NEXT); /* moved */
	snprintf(changed, sizeof(changed), "%.*s%s", length[0], line[0], line[2]);
	expect_refused(folder, changed, "journal:2" NOT_NEXT); /* removed */
	snprintf(changed, sizeof(changed), "%s", text);
	changed[length[0] + 1] = 'T';
	expect_refused(folder, changed, "journal:2" NOT_NEXT); /* changed */
	snprintf(changed, sizeof(changed), "%.*s{new}\n%s", length[0], line[0], line[1]);
	expect_refused(folder, changed, "journal:2" NOT_NEXT); /* written by hand */
	free(text);
	close(folder);
}

/* Lines of another study, or of another study.json. */
static void
lines_of_another_key_are_refused(void **state)
{
	int folder = folder_of(state);
	char *line[4];
	struct journal j;

	free(three_lines(folder, line));
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_int_equal(journal_open(&j, KEY + 1, false, receive_line, NULL, problem), -1);
	assert_string_equal(problem, "journal:1" NOT_NEXT);
	journal_close(&j);
	close(folder);
}

static void
lines_missing_at_the_end_are_refused(void **state)
{
	int folder = folder_of(state);
	char *line[4], cut[512], *text = three_lines(folder, line);
	int two = (int)(line[2] - line[0]), one = (int)(line[1] - line[0]);

	snprintf(cut, sizeof(cut), "%.*s", two, text);
	expect_refused(folder, cut, "journal: only 2 of 3 boots are present; nothing was changed");
	snprintf(cut, sizeof(cut), "%.*s", one + 9, text);
	expect_refused(folder, cut, "journal: only 1 of 3 boots are present; nothing was changed");
	expect_refused(folder, "", "journal: only 0 of 3 boots are present; nothing was changed");
	/* A torn last line is dropped and booted again. */
	snprintf(cut, sizeof(cut), "%.*s", two + 9, text);
	write_journal(folder, cut);
	struct journal j = opened(folder);
	assert_string_equal(received, "{one}\n{two}\n");
	append(&j, "{three}");
	journal_close(&j);
	expect_file(folder, "{one}\n{two}\n{three}\n");
	free(text);
	close(folder);
}

/* Without a lock missing lines at the end go unnoticed, and all lines must be valid. */
static void
a_missing_lock_is_created(void **state)
{
	int folder = folder_of(state);
	char *line[4], *text = three_lines(folder, line);

	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	struct journal j = opened(folder);
	assert_string_equal(received, "{one}\n{two}\n{three}\n");
	assert_int_equal(j.synced.lines, 3);
	journal_close(&j);
	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	expect_refused(folder, "{one}\n{bad}\n",
		       "journal:2: this is not a line of a journal; nothing was changed");
	free(text);
	close(folder);
}

/* An old journal without sums continues with them. */
static void
lines_without_sums_are_read(void **state)
{
	int folder = folder_of(state);

	write_journal(folder, "{one}\n");
	struct journal j = opened(folder);
	append(&j, "{two}");
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(received, "{one}\n{two}\n");
	journal_close(&j);
	close(folder);
}

static void
incomplete_lines_are_dropped_unless_synced(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	append(&j, "{one}");
	assert_int_equal(journal_sync(&j, 1, true), 0);
	append(&j, "{gone}");
	append(&j, "{three}");
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(received, "{one}\n");
	expect_file(folder, "{one}\n");
	append(&j, "{gone}");
	assert_int_equal(journal_sync(&j, 2, true), 0);
	journal_close(&j);
	j = opened(folder);
	assert_string_equal(received, "{one}\n{gone}\n");
	journal_close(&j);
	close(folder);
}

static void
an_invalid_line_changes_nothing(void **state)
{
	int folder = folder_of(state);

	expect_refused(folder, "{one}\n{bad}\n{two}\n{th",
		       "journal:2: this is not a line of a journal; nothing was changed");
	close(folder);
}

static void
one_process_writes(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder), second;
	char text[JOURNAL_STATUS_MAX + 1];

	journal_write_status(&j, "process 7\nbooting a\n", 20);
	assert_true(journal_read_status(folder, text));
	assert_string_equal(text, "process 7\nbooting a\n");
	assert_int_equal(journal_lock(&second, folder, problem), -1);
	assert_string_equal(problem, "another bench is running it (process 7)");
	journal_close(&second);
	assert_true(journal_read_status(folder, text));
	journal_write_status(&j, "process 7\n", 10);
	assert_true(journal_read_status(folder, text));
	assert_string_equal(text, "process 7\n");
	journal_close(&j);
	assert_false(journal_read_status(folder, text));
	assert_string_equal(text, "");
	close(folder);
}

static void
a_full_disk_leaves_whole_lines(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);
	struct rlimit before, small;

	append(&j, "{one}");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = sizeof("{one}\n") - 1 + SUM_LENGTH + 2;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int result = journal_append(&j, "{two}", 5);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(result, -1);
	expect_file(folder, "{one}\n");
	append(&j, "{three}");
	journal_close(&j);
	expect_file(folder, "{one}\n{three}\n");
	close(folder);
}

static void
syncing_waits_for_its_group(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);

	append(&j, "{one}");
	assert_int_equal(journal_sync(&j, 100, false), 0);
	assert_int_equal(j.synced.lines, 1);
	append(&j, "{two}");
	assert_int_equal(journal_sync(&j, 100.1, false), 0);
	assert_int_equal(j.synced.lines, 1);
	assert_int_equal(journal_sync(&j, 100.5, false), 0);
	assert_int_equal(j.synced.lines, 2);
	assert_int_equal(j.synced.length, j.length);
	journal_close(&j);
	close(folder);
}

/* The kernel reports a failed write only once; unsynced data may never be written. */
static void
after_a_failure_nothing_counts_as_synced(void **state)
{
	int folder = folder_of(state);
	struct journal j = opened(folder);
	int file = j.file;

	append(&j, "{one}");
	j.file = -1;
	assert_int_equal(journal_sync(&j, 1, true), -1);
	j.file = file;
	assert_int_equal(journal_sync(&j, 2, true), 0);
	assert_int_equal(j.synced.lines, 0);
	journal_close(&j);
	close(folder);
}

/* A file called lock that is not a study's. */
static void
locks_of_others_are_recognised(void **state)
{
	int folder = folder_of(state);

	assert_false(journal_was_locked(folder));
	assert_int_equal(io_replace(folder, "lock", "x", 1), 0);
	assert_false(journal_was_locked(folder));
	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	struct journal j;
	assert_int_equal(journal_lock(&j, folder, problem), 0);
	assert_false(journal_was_locked(folder));
	journal_begin(&j);
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
	    IN_FOLDER(changed_lines_are_refused),
	    IN_FOLDER(lines_of_another_key_are_refused),
	    IN_FOLDER(lines_missing_at_the_end_are_refused),
	    IN_FOLDER(a_missing_lock_is_created),
	    IN_FOLDER(lines_without_sums_are_read),
	    IN_FOLDER(incomplete_lines_are_dropped_unless_synced),
	    IN_FOLDER(an_invalid_line_changes_nothing),
	    IN_FOLDER(one_process_writes),
	    IN_FOLDER(a_full_disk_leaves_whole_lines),
	    IN_FOLDER(syncing_waits_for_its_group),
	    IN_FOLDER(after_a_failure_nothing_counts_as_synced),
	    IN_FOLDER(locks_of_others_are_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
