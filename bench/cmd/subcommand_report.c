/* SPDX-License-Identifier: MIT */
/* bench report: prints the results of a study, also while another process runs it. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "answer/answer_print.h"
#include "cmd/percentage.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"

enum form { FORM_TEXT, FORM_MARKDOWN, FORM_JSON, FORM_CSV };

static int
read_options(int argc, char *argv[], struct answer_options *options, enum form *form)
{
	static const struct option long_options[] = {{"baseline", required_argument, NULL, 'b'},
						     {"margin", required_argument, NULL, 'm'},
						     {"measure", required_argument, NULL, 'n'},
						     {"csv", no_argument, NULL, 'c'},
						     {"json", no_argument, NULL, 'j'},
						     {"markdown", no_argument, NULL, 'd'},
						     {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		switch (option) {
		case 'b':
			options->baseline = optarg;
			break;
		case 'm':
			if (percentage_read(&options->margin, "--margin", optarg, false) != 0)
				return -1;
			break;
		case 'n':
			options->measure = optarg;
			break;
		case 'c':
		case 'j':
		case 'd':
			if (*form != FORM_TEXT) {
				warnx("give one of --csv, --json and --markdown");
				return -1;
			}
			*form = option == 'c'	? FORM_CSV
				: option == 'j' ? FORM_JSON
						: FORM_MARKDOWN;
			break;
		default:
			return -1;
		}
	}
	if (*form == FORM_CSV && (options->baseline != NULL || options->measure != NULL)) {
		warnx("--csv prints all samples: it has no --baseline and no --measure");
		return -1;
	}
	if (optind == argc - 1)
		return 0;
	fputs("usage: " REPORT_USAGE, stderr);
	return -1;
}

static int
print_answer(struct study *study, const struct answer_options *options, enum form form)
{
	struct answer answer;
	int result = answer_make(&answer, study, options);

	if (result == 0 && options->measure != NULL &&
	    !answer_has_measure(&answer, options->measure)) {
		warnx("%s: no measure is called %s", study->path, options->measure);
		result = -1;
	}
	if (result == 0)
		result = form == FORM_JSON
			     ? answer_print_json(&answer, options)
			     : answer_print(&answer, options,
					    form == FORM_MARKDOWN ? ANSWER_MARKDOWN : ANSWER_TEXT);
	answer_free(&answer);
	return result;
}

int
subcommand_report(int argc, char *argv[])
{
	static struct study study;
	struct answer_options options = {.margin = ANSWER_MARGIN};
	enum form form = FORM_TEXT;
	int status = STATUS_NO_VERDICT;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs("usage: " REPORT_USAGE, stdout);
		return 0;
	}
	if (read_options(argc, argv, &options, &form) != 0)
		return STATUS_WRONG_USAGE;
	if (study_open_readonly(&study, argv[argc - 1]) == 0 &&
	    (form == FORM_CSV ? answer_print_csv(&study) : print_answer(&study, &options, form)) ==
		0)
		status = 0;
	study_close(&study);
	return status;
}
