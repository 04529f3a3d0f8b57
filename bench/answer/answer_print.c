/* SPDX-License-Identifier: MIT */
#include "answer/answer_print.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/columns.h"
#include "answer/variance.h"
#include "base/escape.h"
#include "boot/layout.h"
#include "report/table.h"
#include "text.h"

/* The place of a ratio in a bar from half to twice the baseline; beyond it, that of its end. */
static int
place_in_bar(double log_ratio, int middle)
{
	double place = floor(log_ratio * middle / log(2) + 0.5);

	return (int)fmax(-middle, fmin(middle, place));
}

/* The interval as a bar, from half to twice the baseline, with an arrow where it goes on. */
static void
add_bar(struct table *table, const struct answer_measure *measure, const struct answer_row *row)
{
	enum { WIDTH = 21, MIDDLE = WIDTH / 2 };
	char bar[WIDTH * 3 + 1];
	struct text t = text_in(bar, sizeof(bar) - 1);
	int low = place_in_bar(row->paired.low, MIDDLE),
	    high = place_in_bar(row->paired.high, MIDDLE);

	for (int i = 0; i < WIDTH && row->paired.blocks > 1 && measure->is_ratio; i++) {
		int at = i - MIDDLE;
		bool is_in = at >= low && at <= high;
		text_string(&t, is_in && i == 0 && row->paired.low < -log(2)	       ? "<"
				: is_in && i == WIDTH - 1 && row->paired.high > log(2) ? ">"
				: is_in	      ? "\342\226\240"
				: i == MIDDLE ? "\342\224\202"
					      : " ");
	}
	bar[t.used] = '\0';
	table_add(table, bar);
}

/* Why a row of exact mode has no verdict. */
static void
add_no_verdict(struct table *table, const struct answer_row *base, const struct answer_row *row)
{
	if (!base->is_identical)
		table_add(table, "the baseline does not repeat");
	else
		table_format(table, "no verdict: %zu layout%s", row->layouts,
			     text_plural(row->layouts));
}

static void
add_verdict(struct table *table, const struct answer *a, const struct answer_measure *measure,
	    const struct answer_row *row)
{
	const char *name = answer_verdict_name(measure, row->verdict);

	if (measure->is_exact && !row->is_identical)
		table_add(table, "does not repeat");
	else if (a->cells[row->cell].is_twin)
		table_add(table, "check: the same cell twice");
	else if (a->cells[row->cell].baseline == row->cell)
		table_add(table, "baseline");
	else if (!row->is_compared)
		table_add(table, "no block with the baseline");
	else if (a->is_interim)
		table_add(table, "interim");
	else if (measure->is_exact && row->verdict == ANSWER_NONE && !a->twins_differ)
		add_no_verdict(table, &measure->rows[a->cells[row->cell].baseline], row);
	else if (row->verdict == ANSWER_SAME)
		table_format(table, "same within %.4g %%", a->margin * 100);
	else if (row->verdict == ANSWER_CANNOT_TELL && row->blocks_to_tell > 0)
		table_format(table, "cannot tell; about %zu blocks would", row->blocks_to_tell);
	else
		table_add(table, name);
	column_colour(table, name);
}

static void
add_row(struct table *table, const struct answer *a, const struct answer_measure *measure,
	const struct answer_row *row, bool is_first, bool bars)
{
	char statistic[BOOT_STATISTIC_NAME];

	boot_statistic_name(measure->statistic, statistic);
	if (is_first) {
		table_measure(table, measure->name, a->commands > 1 ? measure->command : 0);
		column_unit(table, a->kind, measure->unit);
		table_add(table, statistic);
	} else {
		for (int i = 0; i < 3; i++)
			table_add(table, "");
	}
	table_add(table, a->cells[row->cell].label);
	table_number(table, row->center);
	if (measure->is_exact)
		table_number(table, row->spread);
	else if (isnan(row->variation))
		table_add(table, "");
	else
		table_format(table, "%.1f %%", row->variation * 100);
	size_t base = a->cells[row->cell].is_twin ? row->cell - 1 : a->cells[row->cell].baseline;
	table_format(table, "%zu",
		     base == row->cell || measure->is_exact ? row->boots : row->paired.blocks);
	if (base == row->cell) {
		table_add(table, "");
		table_add(table, "");
	} else if (measure->is_exact) {
		column_range(table, row->layouts, row->least, row->most,
			     measure->rows[base].center);
	} else {
		column_estimate(table, measure->is_ratio, row->paired.mean, row->paired.low,
				row->paired.high);
	}
	if (bars)
		add_bar(table, measure, row);
	add_verdict(table, a, measure, row);
}

/* The rows of a measure: each baseline, and after it the cells that are compared with it. */
static void
add_measure(struct table *table, const struct answer *a, const struct answer_measure *measure,
	    bool bars)
{
	size_t count = a->study->cells.count;
	bool is_first = true;

	for (size_t base = 0; base < count; base++)
		for (size_t i = 0;
		     i <= count && a->cells[base].baseline == base && !a->cells[base].is_twin;
		     i++) {
			size_t c = i == 0 ? base : i - 1;
			bool is_of_base = i == 0 || (c != base && a->cells[c].baseline == base);
			if (!is_of_base || measure->rows[c].boots == 0 || a->cells[c].is_hidden)
				continue;
			add_row(table, a, measure, &measure->rows[c], is_first, bars);
			is_first = false;
		}
}

static struct table
make_table(const struct answer *a, const struct answer_options *options, bool bars)
{
	static const bool right[] = {false, false, false, false, true, true,
				     true,  true,  true,  false, false};
	bool is_exact = a->study->plan.exact;
	struct table table = {.columns = bars ? 11 : 10};

	memcpy(table.right, right, sizeof(right));
	table_add(&table, "measure");
	table_add(&table, "unit");
	table_add(&table, "statistic");
	table_add(&table, "cell");
	table_add(&table, "median");
	table_add(&table, is_exact ? "spread" : "CV");
	table_add(&table, is_exact ? "boots" : "blocks");
	table_add(&table, is_exact ? "difference" : "ratio");
	table_add(&table, is_exact ? "of baseline" : "95 % interval");
	if (bars)
		table_add(&table, "1/2       1         2");
	table_add(&table, "verdict");
	for (size_t i = 0; i < a->count; i++)
		if (answer_is_shown(&a->measures[i], options))
			add_measure(&table, a, &a->measures[i], bars);
	return table;
}

static void
print_exact_heading(const struct answer *a)
{
	uint64_t layouts = a->study->plan.layouts;

	puts("exact mode: a guest nanosecond is one instruction, not a time");
	printf("%llu layout%s: a difference is from minimum to maximum over layouts; spread is "
	       "what layouts change in a cell\n",
	       (unsigned long long)layouts, text_plural(layouts));
	if (layouts < LAYOUTS_TO_TELL)
		printf("memory layout also changes these numbers: verdicts need at least %d "
		       "layouts\n",
		       LAYOUTS_TO_TELL);
}

static void
print_heading(const struct answer *a)
{
	const struct study *s = a->study;
	size_t least = paired_least_blocks(a->tests > 0 ? a->tests : 1);

	printf("study %s: %llu boot%s, %llu used, %zu block%s, seed %llu\n", s->path,
	       (unsigned long long)a->boots, text_plural(a->boots), (unsigned long long)a->used,
	       a->block_count, text_plural(a->block_count), (unsigned long long)s->seed);
	if (strcmp(a->kind, "emulated time") == 0)
		puts("QEMU emulates the machine (TCG): times do not represent real hardware");
	if (s->plan.exact)
		print_exact_heading(a);
	for (size_t c = 0; c < s->cells.count; c++) {
		const struct plan_item *args =
		    &s->plan.lists[PLAN_ARGS].at[s->cells.at[c].items[PLAN_ARGS]];
		if (s->plan.lists[PLAN_ARGS].count < 2 || a->cells[c].is_twin ||
		    a->cells[c].is_hidden)
			continue;
		fputs("  ", stdout);
		column_line(a->cells[c].label, ": ",
			    args->text[0] != '\0' ? args->text : "(no arguments)");
	}
	if (a->tests > 0 && !s->plan.exact)
		printf("verdicts: Holm's correction over %zu test%s, significance needs at least "
		       "%zu blocks; intervals: not corrected\n",
		       a->tests, text_plural(a->tests), least);
	if (s->plan.precision_of != NULL && s->cells.count > 1)
		printf("precision %.4g %% of %s: the study ends when all 95 %% intervals are this "
		       "narrow after %d blocks in a row, from block %d on\n",
		       s->plan.precision * 100, s->plan.precision_of, QUEUE_LOOKS,
		       QUEUE_BLOCKS_LEAST);
	if (a->is_interim)
		puts("INTERIM: the study is unfinished, so there are no verdicts");
	if (a->twins_differ)
		puts("INVALID SETUP: two copies of the same cell differ, so there are no "
		     "verdicts");
	for (size_t i = 0; i < a->warning_count; i++)
		column_line("warning", ": ", a->warnings[i]);
}

static bool
cannot_tell(const struct answer *a, const struct answer_measure *measure)
{
	for (size_t c = 0; c < a->study->cells.count; c++)
		if (measure->rows[c].verdict == ANSWER_CANNOT_TELL)
			return true;
	return false;
}

/* What more samples or more boots would change, for the measures that need it. */
static void
print_variances(const struct answer *a, const struct answer_options *options)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct answer_measure *measure = &a->measures[i];
		double within = variance_within(a, measure);
		if (measure->is_exact || !answer_is_shown(measure, options) ||
		    !cannot_tell(a, measure) || isnan(within))
			continue;
		char buffer[1024];
		struct text name = text_in(buffer, sizeof(buffer));
		escape_text(&name, measure->name);
		printf("\nto narrow the intervals of %.*s:\n  twice the samples in a boot would "
		       "narrow them by %.0f %%, twice the blocks by %.0f %%: %.0f %% of the "
		       "variance is within boots\n",
		       (int)name.used, buffer, variance_twice_the_samples(within) * 100,
		       variance_twice_the_blocks() * 100, within * 100);
	}
}

int
answer_print(const struct answer *a, const struct answer_options *options, enum answer_form form)
{
	bool bars = form == ANSWER_TEXT && isatty(STDOUT_FILENO) == 1 && !a->study->plan.exact;
	struct table table = make_table(a, options, bars);

	print_heading(a);
	putchar('\n');
	if (form == ANSWER_MARKDOWN)
		table_print_markdown(&table, stdout);
	else
		column_print(&table);
	table_free(&table);
	print_variances(a, options);
	if (fflush(stdout) == 0)
		return 0;
	warn("cannot write");
	return -1;
}
