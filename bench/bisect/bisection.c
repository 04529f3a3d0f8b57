/* SPDX-License-Identifier: MIT */
#include "bisect/bisection.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io.h"
#include "base/places.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "report/numbers.h"

enum { QUESTION_MAX = 4 * 1024 * 1024, NAME_DIGITS = 16, ESCAPED_MAX = 256 };

static int
make_folder(const char *path)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	warn("cannot create %s", path);
	return -1;
}

/* The folder of the question in the cache, to be freed; NULL after a message. */
static char *
default_folder(const char *question)
{
	char cache[PATH_MAX], name[2 * SHA256_SIZE];
	struct text text = text_in(name, sizeof(name));
	unsigned char digest[SHA256_SIZE];
	struct sha256 sum;

	if (places_cache(cache, sizeof(cache)) != 0)
		return NULL;
	sha256_start(&sum);
	sha256_add(&sum, question, strlen(question));
	sha256_finish(&sum, digest);
	for (size_t i = 0; i < NAME_DIGITS / 2; i++)
		text_hex(&text, digest[i], 2);
	char *parent = xasprintf("%s/bisect", cache);
	char *folder = xasprintf("%s/%.*s", parent, (int)text.used, name);
	if (make_folder(parent) != 0) {
		free(folder);
		folder = NULL;
	}
	free(parent);
	return folder;
}

/* Writes the question, or compares it with that of the folder. Returns 0, or -1 after a message. */
static int
check_question(const char *folder, const char *question)
{
	char *name = xasprintf("%s/question", folder);
	size_t length;
	char *old = io_read(AT_FDCWD, name, QUESTION_MAX, &length);
	int result = -1;

	if (old == NULL && errno == ENOENT)
		result = io_create(AT_FDCWD, name, question, strlen(question));
	if (old != NULL)
		result = strcmp(old, question) == 0 ? 0 : -1;
	if (result != 0 && old != NULL)
		warnx("%s answers another question (%s): name a new folder with -o", folder, name);
	else if (result != 0)
		warn("cannot create %s", name);
	free(old);
	free(name);
	return result;
}

int
bisection_open(struct bisection *b, const struct bisect_options *options, const char *question)
{
	*b = (struct bisection){.options = options, .log = {.file = -1}};
	char *folder =
	    options->folder != NULL ? xstrdup(options->folder) : default_folder(question);
	if (folder == NULL || make_folder(folder) != 0 || check_question(folder, question) != 0) {
		free(folder);
		return -1;
	}
	b->folder = realpath(folder, NULL);
	free(folder);
	if (b->folder == NULL) {
		warn("cannot find the folder");
		return -1;
	}
	char *points = xasprintf("%s/points", b->folder), *log = xasprintf("%s/log", b->folder);
	int result = make_folder(points) == 0 ? bisect_log_open(&b->log, log) : -1;
	free(points);
	free(log);
	if (result == 0)
		warnx("the folder is %s; after an interruption the same command continues",
		      b->folder);
	return result;
}

void
bisection_close(struct bisection *b)
{
	for (size_t i = 0; i < b->problem_count; i++) {
		free(b->problems[i].point);
		free(b->problems[i].problem);
	}
	free(b->problems);
	bisect_entry_free(&b->good_end);
	bisect_entry_free(&b->bad_end);
	bisect_log_close(&b->log);
	free(b->folder);
}

/* Measures a point, or looks it up in the log. Returns 0, or -1 after a message. */
static int
measure_point(struct bisection *b, const struct bisect_point *point, bool is_end,
	      struct bisect_entry *entry)
{
	char *kernel = NULL, *study = NULL;
	int result;

	*entry = (struct bisect_entry){.problem = NULL};
	if (bisect_log_find(&b->log, point->name, entry))
		return 0;
	warnx("%s ...", point->shown);
	result = point->kernel(point->context, &kernel, &entry->problem);
	if (result == 0 && kernel != NULL)
		result = bisect_study_measure(b, kernel, point->args, is_end, entry, &study);
	if (result == 0)
		result = bisect_log_add(&b->log, point->name, study, entry);
	free(kernel);
	free(study);
	return result;
}

/* Appends a number with at most three decimals. */
static void
append_number(struct text *t, double number)
{
	char buffer[64];
	int length = snprintf(buffer, sizeof(buffer), "%.3f", number);

	while (buffer[length - 1] == '0')
		length--;
	text_bytes(t, buffer, (size_t)(length - (buffer[length - 1] == '.')));
}

/* Writes the range of the values, such as 351.082 or 351.082..351.09. */
static const char *
range_of(const double *values, size_t count, char buffer[64])
{
	struct text t = text_in(buffer, 63);
	double low = values[0], high = values[0];

	for (size_t i = 1; i < count; i++) {
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	append_number(&t, low);
	size_t used = t.used;
	text_string(&t, "..");
	size_t second = t.used;
	append_number(&t, high);
	bool is_same = t.used - second == used && memcmp(buffer, buffer + second, used) == 0;
	buffer[is_same ? used : t.used] = '\0';
	return buffer;
}

static const char *
escape_into(const char *string, char buffer[ESCAPED_MAX])
{
	struct text t = text_in(buffer, ESCAPED_MAX - 1);

	escape_text(&t, string);
	buffer[t.used] = '\0';
	return buffer;
}

static const char *
unit_of(const struct figure *figure, char buffer[ESCAPED_MAX])
{
	char *unit = numbers_unit(figure->unit, numbers_kind(true, NULL));

	escape_into(unit, buffer);
	free(unit);
	return buffer;
}

static int
report_unmeasured(const struct bisect_point *point, const char *which, const char *problem)
{
	warnx("cannot measure the %s end, %s: %s", which, point->shown, problem);
	return STATUS_NO_VERDICT;
}

/* Prints why there is nothing to bisect. */
static int
report_no_difference(const struct bisection *b, const struct figure *good, const struct figure *bad)
{
	char one[64], other[64], spread[64], name[ESCAPED_MAX], unit[ESCAPED_MAX];
	struct text t = text_in(spread, sizeof(spread) - 1);

	if (good == NULL) {
		warnx("%s%s: the ends do not both report it",
		      b->options->measure != NULL ? b->options->measure : "numbers",
		      b->options->measure != NULL ? "" : " of the command");
		return STATUS_NO_VERDICT;
	}
	const struct judge_ends ends = {good->values, bad->values, good->count};
	append_number(&t, judge_ends_differ(&ends, b->options->at_least).spread);
	spread[t.used] = '\0';
	warnx("the ends do not differ enough: %s is %s at the good end and %s at the bad end, in "
	      "%s; it varies by %s with the layout",
	      escape_into(good->name, name), range_of(good->values, good->count, one),
	      range_of(bad->values, bad->count, other), unit_of(good, unit), spread);
	return STATUS_NO_VERDICT;
}

static void
list_differing(const struct bisection *b, struct text *names)
{
	const struct figures *good = &b->good_end.figures, *bad = &b->bad_end.figures;
	const struct figure *one, *other;

	for (size_t i = 0; i < good->count; i++)
		if (figures_choose(good, bad, good->at[i].name, b->options->at_least, &one,
				   &other) > 0 &&
		    good->at[i].is_figure == b->good->is_figure) {
			text_string(names, names->used > 0 ? ", " : "");
			escape_text(names, good->at[i].name);
		}
}

/* Chooses the figure. Returns 0, or bench's exit status after a message. */
static int
choose_figure(struct bisection *b)
{
	const struct bisect_options *o = b->options;
	char one[64], other[64], buffer[512], name[ESCAPED_MAX], unit[ESCAPED_MAX];
	size_t differing = figures_choose(&b->good_end.figures, &b->bad_end.figures, o->measure,
					  o->at_least, &b->good, &b->bad);

	if (differing == 0)
		return report_no_difference(b, b->good, b->bad);
	if (differing > 1) {
		struct text names = text_in(buffer, sizeof(buffer) - 1);
		list_differing(b, &names);
		warnx("the ends differ in several measures: name one with --measure: %.*s",
		      (int)names.used, buffer);
		return STATUS_NO_VERDICT;
	}
	warnx("%s: %s at the good end, %s at the bad end, in %s", escape_into(b->good->name, name),
	      range_of(b->good->values, b->good->count, one),
	      range_of(b->bad->values, b->bad->count, other), unit_of(b->good, unit));
	return 0;
}

int
bisection_measure_ends(struct bisection *b, const struct bisect_point *good,
		       const struct bisect_point *bad)
{
	if (measure_point(b, good, true, &b->good_end) != 0)
		return STATUS_NO_VERDICT;
	if (b->good_end.problem != NULL)
		return report_unmeasured(good, "good", b->good_end.problem);
	if (measure_point(b, bad, true, &b->bad_end) != 0)
		return STATUS_NO_VERDICT;
	if (b->bad_end.problem != NULL)
		return report_unmeasured(bad, "bad", b->bad_end.problem);
	return choose_figure(b);
}

static void
add_problem(struct bisection *b, const char *point, const char *problem)
{
	for (size_t i = 0; i < b->problem_count; i++)
		if (strcmp(b->problems[i].point, point) == 0)
			return;
	b->problems = xgrow(b->problems, b->problem_count, sizeof(*b->problems));
	b->problems[b->problem_count++] =
	    (struct bisect_problem){.point = xstrdup(point), .problem = xstrdup(problem)};
}

/* Judges a measured point. The text, to be freed, says what it is. */
static enum search_verdict
judge_entry(const struct bisection *b, const struct bisect_entry *entry, char **text)
{
	const struct judge_ends ends = {b->good->values, b->bad->values, b->good->count};
	const struct figure *figure = figures_find(&entry->figures, b->good);
	char range[64];

	if (entry->problem != NULL || figure == NULL) {
		*text = entry->problem != NULL
			    ? xstrdup(entry->problem)
			    : xasprintf("it does not report %s in each boot", b->good->name);
		return SEARCH_SKIP;
	}
	static const char *const names[] = {"good", "bad", "between both ends"};
	static const enum search_verdict verdicts[] = {SEARCH_GOOD, SEARCH_BAD, SEARCH_SKIP};
	enum judgement judgement = judge_point(&ends, figure->values);
	*text =
	    xasprintf("%s, %s", range_of(figure->values, figure->count, range), names[judgement]);
	return verdicts[judgement];
}

int
bisection_judge(struct bisection *b, const struct bisect_point *point, enum search_verdict *verdict)
{
	struct bisect_entry entry;
	char *text = NULL;
	int result = measure_point(b, point, false, &entry);

	if (result == 0) {
		*verdict = judge_entry(b, &entry, &text);
		warnx("%s: %s%s", point->shown, *verdict == SEARCH_SKIP ? "skipped: " : "", text);
		if (*verdict == SEARCH_SKIP)
			add_problem(b, point->shown, text);
	}
	free(text);
	bisect_entry_free(&entry);
	return result;
}

static void
print_row(const struct bisection *b, const struct bisect_row *row, int role_width, int width)
{
	struct bisect_entry entry;
	const struct figure *figure = NULL;
	char range[64];

	if (bisect_log_find(&b->log, row->name, &entry))
		figure = figures_find(&entry.figures, b->good);
	else
		entry = (struct bisect_entry){.problem = NULL};
	printf("%-*s  %-*s  %s\n", role_width, row->role, width, row->shown,
	       figure != NULL ? range_of(figure->values, figure->count, range) : "not measured");
	bisect_entry_free(&entry);
}

int
bisection_print(const struct bisection *b, const struct bisect_row *rows, size_t count)
{
	char name[ESCAPED_MAX], unit[ESCAPED_MAX];
	int role_width = 0, width = 0;

	for (size_t i = 0; i < count; i++) {
		int role = (int)strlen(rows[i].role), shown = (int)strlen(rows[i].shown);
		role_width = role > role_width ? role : role_width;
		width = shown > width ? shown : width;
	}
	printf("%-*s  %-*s  %s, %s\n", role_width, "", width, "", escape_into(b->good->name, name),
	       unit_of(b->good, unit));
	for (size_t i = 0; i < count; i++)
		print_row(b, &rows[i], role_width, width);
	for (size_t i = 0; i < b->problem_count; i++)
		printf("skipped: %s: %s\n", b->problems[i].point, b->problems[i].problem);
	return fflush(stdout) == 0 ? 0 : -1;
}
