/* SPDX-License-Identifier: MIT */
#include "answer/limits.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "boot/layout.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "report/numbers.h"
#include "text.h"

bool
limits_are_set(const struct limits *limits)
{
	return limits->has_percent || limits->least > 0;
}

/* Returns whether one of the measure's unit is one instruction. */
static bool
is_instructions(const struct answer_measure *measure, const char *kind)
{
	return strcmp(measure->unit, "instructions") == 0 ||
	       (strcmp(kind, "instructions") == 0 && measure_seconds(measure->unit) == 1e-9);
}

static bool
can_judge(const struct limits *limits, const struct answer_measure *measure, const char *kind)
{
	return limits->has_percent ? measure->direction != DIRECTION_NONE
				   : is_instructions(measure, kind);
}

/* How much worse a difference may be, on its scale. */
static double
allowed_difference(const struct limits *limits, const struct limited *l)
{
	if (!limits->has_percent)
		return (double)limits->least;
	return l->is_ratio ? log1p(limits->percent) : limits->percent * fabs(l->baseline);
}

static void
print_limit(const struct limits *limits)
{
	if (limits->has_percent)
		printf("worse by more than %.4g %%", limits->percent * 100);
	else
		printf("worse by at least %llu instruction%s", (unsigned long long)limits->least,
		       text_plural(limits->least));
}

static void
print_judged(const struct limits *limits, const char *before, const struct limited *l)
{
	char buffer[1024];
	struct text t = text_in(buffer, sizeof(buffer));

	fputs(before, stdout);
	print_limit(limits);
	escape_text(&t, l->measure->name);
	text_string(&t, " of ");
	escape_text(&t, l->cell);
	printf(": %.*s\n", (int)t.used, buffer);
}

void
limits_add(struct limits_result *result, const struct limited *l)
{
	bool higher = l->measure->direction == DIRECTION_HIGHER;
	double allowed = allowed_difference(result->limits, l), least = higher ? -l->high : l->low,
	       most = higher ? -l->low : l->high;
	/* Rounding must not decide about a limit that is met exactly. */
	double rounding = 1e-9 * allowed;

	result->rows++;
	if (!can_judge(result->limits, l->measure, result->kind))
		return;
	bool exceeds = l->is_known && (result->limits->has_percent ? least > allowed + rounding
								   : least >= allowed),
	     keeps = l->is_known &&
		     (result->limits->has_percent ? most <= allowed + rounding : most < allowed);
	if (exceeds)
		print_judged(result->limits, "", l);
	else if (!keeps)
		print_judged(result->limits, "cannot tell whether ", l);
	result->exceeded += exceeds;
	result->unknown += !exceeds && !keeps;
}

int
limits_finish(const struct limits_result *result)
{
	if (result->exceeded > 0)
		return 1;
	if (result->unknown > 0)
		return STATUS_NO_VERDICT;
	if (result->rows > 0)
		fputs("not ", stdout);
	else
		fputs("cannot tell, as nothing was compared: ", stdout);
	print_limit(result->limits);
	putchar('\n');
	return result->rows > 0 ? 0 : STATUS_NO_VERDICT;
}

int
limits_check_measures(const struct limits *limits, const struct answer_measure *const *measures,
		      size_t count, const char *kind)
{
	bool is_any = false;

	for (size_t i = 0; i < count; i++) {
		bool can = can_judge(limits, measures[i], kind);
		is_any |= can;
		if (can || !limits->has_percent)
			continue;
		char buffer[NUMBERS_NAME_MAX * 4];
		struct text name = text_in(buffer, sizeof(buffer));
		escape_text(&name, measures[i]->name);
		warnx("--worse-than: %.*s has no direction; set it with `better lower|higher %.*s` "
		      "in the experiment or the plan, or choose another measure with --measure",
		      (int)name.used, buffer, (int)name.used, buffer);
		return -1;
	}
	if (is_any || limits->has_percent)
		return 0;
	warnx("--at-least: no measure counts instructions, as those of exact mode do (use "
	      "--worse-than)");
	return -1;
}

int
limits_check(const struct limits *limits, const struct answer *a,
	     const struct answer_options *options)
{
	const struct answer_measure **shown = xcalloc(a->count + 1, sizeof(*shown));
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++)
		if (answer_is_shown(&a->measures[i], options))
			shown[count++] = &a->measures[i];
	int result = limits_check_measures(limits, shown, count, a->kind);
	free(shown);
	return result;
}

static void
judge_row(struct limits_result *result, const struct answer *a,
	  const struct answer_measure *measure, const struct answer_row *row)
{
	const struct answer_row *base = &measure->rows[a->cells[row->cell].baseline];
	struct limited l = {.measure = measure,
			    .cell = a->cells[row->cell].label,
			    .is_known = row->paired.blocks >= paired_least_blocks(1),
			    .low = row->paired.low,
			    .high = row->paired.high,
			    .is_ratio = measure->is_ratio,
			    .baseline = base->center};

	if (measure->is_exact) {
		l.is_known =
		    row->layouts >= LAYOUTS_TO_TELL && row->is_identical && base->is_identical;
		l.low = row->least;
		l.high = row->most;
	}
	if (a->is_interim || a->twins_differ)
		l.is_known = false;
	limits_add(result, &l);
}

int
limits_answer(const struct limits *limits, const struct answer *a,
	      const struct answer_options *options)
{
	struct limits_result result = {.limits = limits, .kind = a->kind};

	for (size_t c = 0; c < a->study->cells.count; c++) {
		bool is_test = answer_is_test(a, c), is_compared = false;
		for (size_t i = 0; i < a->count; i++) {
			const struct answer_row *row = &a->measures[i].rows[c];
			if (!row->is_compared || !answer_is_shown(&a->measures[i], options))
				continue;
			is_compared = true;
			judge_row(&result, a, &a->measures[i], row);
		}
		if (!is_test || is_compared)
			continue;
		printf("cannot tell: %s has no block with its baseline\n", a->cells[c].label);
		result.unknown++;
	}
	return limits_finish(&result);
}
