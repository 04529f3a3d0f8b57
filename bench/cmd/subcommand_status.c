/* SPDX-License-Identifier: MIT */
/* bench status: prints the progress of a study, also while another process runs it. */
#include <stdio.h>
#include <string.h>

#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "study/study.h"
#include "study/study_progress.h"

/* Prints the lines of the process that runs the study; any process may have written them. */
static void
print_lines(const char *lines)
{
	for (const char *at = lines; *at != '\0'; at++)
		putchar((*at >= ' ' && *at <= '~') || *at == '\n' ? *at : '?');
}

/* The number of boots that the other process is running. */
static unsigned
count_boots(const char *lines)
{
	unsigned count = 0, more = 0;

	for (const char *at = lines; (at = strstr(at, "\nbooting ")) != NULL; at++)
		if (sscanf(at, "\nbooting more: %u", &more) != 1)
			count++;
	return count + more;
}

int
subcommand_status(int argc, char *argv[])
{
	static struct study study;
	char lines[JOURNAL_STATUS_MAX + 1];
	int status = STATUS_NO_VERDICT;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs("usage: " STATUS_USAGE, stdout);
		return 0;
	}
	if (argc != 2) {
		fputs("usage: " STATUS_USAGE, stderr);
		return STATUS_WRONG_USAGE;
	}
	if (study_open_readonly(&study, argv[1]) == 0) {
		bool is_held = journal_read_status(study.folder, lines);
		if (study_progress_table(&study, count_boots(lines)) != 0)
			goto out;
		print_lines(is_held ? lines : "no process is running it\n");
		status = fflush(stdout) == 0 ? 0 : STATUS_NO_VERDICT;
	}
out:
	study_close(&study);
	return status;
}
