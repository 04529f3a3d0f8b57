/* SPDX-License-Identifier: MIT */
/* bench compare A B: two cells of studies, two studies, or two recorded boots. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "answer/answer_print.h"
#include "answer/origin.h"
#include "answer/two_boots.h"
#include "answer/two_studies.h"
#include "cmd/compare.h"
#include "console/outcome.h"
#include "host/memory.h"

enum kind { KIND_STUDY, KIND_CELL, KIND_BOOT };

/* What an operand names. */
struct operand {
	enum kind kind;
	char *path; /* owned */
	char *cell; /* owned; NULL: not a cell */
};

/*
 * A folder is a study, a file a boot, and else FOLDER:CELL a cell. Labels have no colons. Returns
 * 0, or -1 after a message.
 */
static int
read_operand(struct operand *operand, const char *text)
{
	struct stat status;
	const char *colon = strrchr(text, ':');

	*operand = (struct operand){.path = xstrdup(text)};
	if (stat(text, &status) == 0) {
		operand->kind = S_ISDIR(status.st_mode) ? KIND_STUDY : KIND_BOOT;
		return 0;
	}
	if (errno != ENOENT || colon == NULL || colon == text || colon[1] == '\0') {
		warn("cannot open %s", text);
		return -1;
	}
	operand->kind = KIND_CELL;
	operand->path[colon - text] = '\0';
	operand->cell = xstrdup(colon + 1);
	return 0;
}

/* Returns whether both paths are of the same file or folder. */
static bool
is_same_file(const char *one, const char *other)
{
	struct stat a, b;

	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static struct answer_options
options_of(const struct comparison *c)
{
	return (struct answer_options){
	    .margin = c->margin > 0 ? c->margin : ANSWER_MARGIN,
	    .measure = c->measures.count > 0 ? c->measures.at[0] : NULL,
	};
}

/* Returns whether the answer has the measure that the options name; else prints a message. */
static bool
has_measure(const struct answer *a, const struct answer_options *options)
{
	if (options->measure == NULL || answer_has_measure(a, options->measure))
		return true;
	warnx("%s: no measure is called %s", a->study->path, options->measure);
	return false;
}

/* The cell that is compared, which is the only one. */
static size_t
compared_cell(const struct answer *a)
{
	size_t c = 0;

	while (c < a->study->cells.count && !answer_is_test(a, c))
		c++;
	return c;
}

/* Prints what differs between the two cells. Returns 0, or -1 after a message. */
static int
print_origin(const struct answer *a, const struct operand operands[2])
{
	size_t cell = compared_cell(a);
	json_t *differences = json_array(), *one = NULL, *other = NULL;
	struct boots boots;
	int result = boots_read(&boots, a->study);

	if (result == 0 && (one = origin_cell(&boots, a->cells[cell].baseline)) != NULL &&
	    (other = origin_cell(&boots, cell)) != NULL) {
		origin_compare(differences, one, other, true);
		origin_print(differences, operands[0].cell, operands[1].cell);
		putchar('\n');
	} else {
		result = -1;
	}
	json_decref(one);
	json_decref(other);
	json_decref(differences);
	boots_free(&boots);
	return result;
}

/* Two cells of a study, within its blocks. */
static int
compare_cells(const struct comparison *c, const struct operand operands[2])
{
	static struct study study;
	struct answer_options options = options_of(c);
	struct answer answer;
	int status = STATUS_NO_VERDICT;

	options.baseline = operands[0].cell;
	options.cell = operands[1].cell;
	if (study_open_readonly(&study, operands[0].path) != 0)
		goto out;
	if (answer_make(&answer, &study, &options) == 0 && has_measure(&answer, &options)) {
		bool limits = limits_are_set(&c->limits);
		if (compared_cell(&answer) == study.cells.count) {
			warnx("%s: both are the same cell", operands[1].cell);
			status = STATUS_WRONG_USAGE;
		} else if (limits && limits_check(&c->limits, &answer, &options) != 0) {
			status = STATUS_WRONG_USAGE;
		} else if (print_origin(&answer, operands) == 0 &&
			   answer_print(&answer, &options, ANSWER_TEXT) == 0) {
			status = 0;
			if (limits)
				status = limits_answer(&c->limits, &answer, &options);
		}
	}
	answer_free(&answer);
out:
	study_close(&study);
	return status;
}

/* Two studies that are open, or a cell of each. Returns bench's exit status. */
static int
compare_open(const struct comparison *c, struct study *const studies[2], const char *const cells[2])
{
	const struct answer_options options = options_of(c);
	struct two_studies t;
	bool limits = limits_are_set(&c->limits);
	int status = two_studies_make(&t, studies, cells[0] != NULL ? cells : NULL, &options);

	if (status == 0 &&
	    !(has_measure(&t.answers[0], &options) && has_measure(&t.answers[1], &options)))
		status = STATUS_NO_VERDICT;
	if (status == 0 && limits && two_studies_check_limits(&t, &c->limits, &options) != 0)
		status = STATUS_WRONG_USAGE;
	if (status == 0 && two_studies_print(&t, &options) != 0)
		status = STATUS_NO_VERDICT;
	if (status == 0 && limits)
		status = two_studies_limits(&t, &c->limits, &options);
	two_studies_free(&t);
	return status;
}

static int
compare_studies(const struct comparison *c, const struct operand operands[2])
{
	static struct study one, other;
	struct study *const studies[2] = {&one, &other};
	const char *const cells[2] = {operands[0].cell, operands[1].cell};
	int status = STATUS_NO_VERDICT;

	if (study_open_readonly(&one, operands[0].path) == 0) {
		if (study_open_readonly(&other, operands[1].path) == 0)
			status = compare_open(c, studies, cells);
		study_close(&other);
	}
	study_close(&one);
	return status;
}

static int
compare_boots(const struct comparison *c, const struct operand operands[2])
{
	const struct answer_options options = options_of(c);
	const char *const paths[2] = {operands[0].path, operands[1].path};
	bool limits = limits_are_set(&c->limits);
	struct two_boots t;
	int status = two_boots_make(&t, paths, &options);

	if (status == 0 && limits && two_boots_check_limits(&t, &c->limits) != 0)
		status = STATUS_WRONG_USAGE;
	if (status == 0 && two_boots_print(&t) != 0)
		status = STATUS_NO_VERDICT;
	if (status == 0 && limits)
		status = two_boots_limits(&t, &c->limits);
	two_boots_free(&t);
	return status;
}

int
compare_recorded(const struct comparison *c)
{
	struct operand operands[2] = {{.path = NULL}, {.path = NULL}};
	int status = STATUS_NO_VERDICT;

	if (read_operand(&operands[0], c->recorded[0]) == 0 &&
	    read_operand(&operands[1], c->recorded[1]) == 0) {
		if (operands[0].kind != operands[1].kind) {
			warnx("compare two cells, two studies or two boots (%s and %s are not)",
			      c->recorded[0], c->recorded[1]);
			status = STATUS_WRONG_USAGE;
		} else if (operands[0].kind == KIND_CELL &&
			   is_same_file(operands[0].path, operands[1].path)) {
			status = compare_cells(c, operands);
		} else if (is_same_file(operands[0].path, operands[1].path)) {
			warnx("%s: both are the same", c->recorded[1]);
			status = STATUS_WRONG_USAGE;
		} else if (operands[0].kind == KIND_BOOT) {
			status = compare_boots(c, operands);
		} else {
			status = compare_studies(c, operands);
		}
	}
	for (int i = 0; i < 2; i++) {
		free(operands[i].path);
		free(operands[i].cell);
	}
	return status;
}
