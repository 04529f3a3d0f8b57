/* SPDX-License-Identifier: MIT */
/* bench status: how far a study is, whoever works on it. */
#include <stdio.h>
#include <string.h>

#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "study/study.h"
#include "study/study_tell.h"

/* Lines of another process, whoever that is. */
static void
print_lines(const char *lines)
{
	for (const char *at = lines; *at != '\0'; at++)
		putchar((*at >= ' ' && *at <= '~') || *at == '\n' ? *at : '?');
}

/* How many boots are under way there. */
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
	char told[JOURNAL_TOLD_MAX + 1];
	int status = STATUS_NO_VERDICT;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs("usage: " STATUS_USAGE, stdout);
		return 0;
	}
	if (argc != 2) {
		fputs("usage: " STATUS_USAGE, stderr);
		return STATUS_WRONG_USAGE;
	}
	if (study_look(&study, argv[1]) == 0) {
		bool is_held = journal_hear(study.folder, told);
		if (study_tell_table(&study, count_boots(told)) != 0)
			goto out;
		print_lines(is_held ? told : "no process works on it\n");
		status = fflush(stdout) == 0 ? 0 : STATUS_NO_VERDICT;
	}
out:
	study_close(&study);
	return status;
}
