/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/columns.h"
#include "answer/origin.h"
#include "answer/two_studies.h"
#include "text.h"

static const char names[2][2] = {"A", "B"};

static void
print_study(const struct answer *a, const char *name)
{
	char *text = NULL;
	const struct study *s = a->study;

	if (asprintf(&text, "%s: %llu boot%s, %llu used, %zu block%s, seed %llu", s->path,
		     (unsigned long long)a->boots, text_plural(a->boots),
		     (unsigned long long)a->used, a->block_count, text_plural(a->block_count),
		     (unsigned long long)s->seed) < 0)
		return;
	column_line(name, ": study ", text);
	free(text);
}

/* What comes first: a different host or day. */
static void
print_origin(const struct two_studies *t)
{
	if (origin_has(t->differences, "host"))
		puts("warning: the studies ran on different hosts");
	if (origin_has(t->differences, "day"))
		puts("warning: the studies ran on different days: a difference may be one of the "
		     "days");
	origin_print(t->differences, names[0], names[1]);
}

static void
print_remarks(const struct two_studies *t)
{
	const struct answer *a = t->answers;
	size_t least = unpaired_least_boots(t->count > 0 ? t->count : 1), cells = 0;

	for (int i = 0; i < 2; i++)
		for (size_t c = 0; c < a[i].study->cells.count; c++)
			cells += !a[i].cells[c].is_twin;
	if (strcmp(a[0].kind, "emulated time") == 0)
		puts("QEMU emulates the machine (TCG): times do not represent real hardware");
	if (t->is_exact)
		puts("exact mode: a guest nanosecond is one instruction, not a time");
	else if (t->count > 0)
		printf("verdicts: boots are not paired; Holm's correction over %zu test%s, "
		       "significance needs at least %zu boots in each study; intervals: not "
		       "corrected\n",
		       t->count, text_plural(t->count), least);
	if (a[0].is_interim || a[1].is_interim)
		puts("INTERIM: a study is unfinished, so there are no verdicts");
	if (a[0].twins_differ || a[1].twins_differ)
		puts("INVALID SETUP: two copies of the same cell differ, so there are no verdicts");
	if (!t->is_chosen && cells > 2 * t->pairs)
		printf("not compared: %zu cell%s without a counterpart\n", cells - 2 * t->pairs,
		       text_plural(cells - 2 * t->pairs));
	if (t->other_statistic > 0)
		printf("warning: left out, as the plans choose different statistics: %zu row%s\n",
		       t->other_statistic, text_plural(t->other_statistic));
	for (int i = 0; i < 2; i++)
		for (size_t w = 0; w < a[i].warning_count; w++) {
			printf("warning: %s: ", names[i]);
			column_line("", "", a[i].warnings[w]);
		}
}

static void
add_verdict(struct table *table, const struct two_studies *t, const struct studies_row *row)
{
	const char *name = answer_verdict_name(row->measures[0], row->verdict);

	if (t->is_exact && !row->repeats)
		table_add(table, "does not repeat");
	else if (t->is_exact && row->verdict == ANSWER_NONE && row->least == 0 && row->most == 0)
		table_add(table, "no difference");
	else if (row->verdict == ANSWER_SAME)
		table_format(table, "same within %.4g %%", t->answers[0].margin * 100);
	else
		table_add(table, name);
	column_colour(table, name);
}

/* The cell's label, and that of the other study if it is another one. */
static void
add_cell(struct table *table, const struct two_studies *t, const struct studies_row *row)
{
	const char *one = t->answers[0].cells[row->cells[0]].label,
		   *other = t->answers[1].cells[row->cells[1]].label;

	if (strcmp(one, other) == 0)
		table_add(table, one);
	else
		table_format(table, "%s, %s", one, other);
}

static void
add_row(struct table *table, const struct two_studies *t, const struct studies_row *row)
{
	const struct answer_row *one = &row->measures[0]->rows[row->cells[0]],
				*other = &row->measures[1]->rows[row->cells[1]];
	char statistic[BOOT_STATISTIC_NAME];

	boot_statistic_name(row->measures[0]->statistic, statistic);
	table_measure(table, row->measures[0]->name,
		      t->answers[0].commands > 1 ? row->measures[0]->command : 0);
	column_unit(table, t->answers[0].kind, row->measures[0]->unit);
	table_add(table, statistic);
	add_cell(table, t, row);
	table_number(table, one->center);
	table_number(table, other->center);
	if (t->is_exact)
		table_format(table, "%.6g, %.6g", one->spread, other->spread);
	else
		table_format(table, "%.1f, %.1f %%", one->variation * 100, other->variation * 100);
	table_format(table, "%zu, %zu", one->boots, other->boots);
	if (t->is_exact)
		column_range(table, row->layouts, row->least, row->most, one->center);
	else
		column_estimate(table, row->is_ratio, row->unpaired.mean, row->unpaired.low,
				row->unpaired.high);
	add_verdict(table, t, row);
}

int
two_studies_print(const struct two_studies *t, const struct answer_options *options)
{
	const char *const headings[] = {"measure",
					"unit",
					"statistic",
					"cell",
					"median A",
					"median B",
					t->is_exact ? "spread" : "CV",
					"boots",
					t->is_exact ? "difference" : "ratio B/A",
					t->is_exact ? "of A" : "95 % interval",
					"verdict"};
	struct table table = {.columns = sizeof(headings) / sizeof(*headings),
			      .right = {[4] = true, true, true, true, true}};

	for (size_t i = 0; i < table.columns; i++)
		table_add(&table, headings[i]);
	for (size_t i = 0; i < t->count; i++)
		if (answer_is_shown(t->rows[i].measures[0], options))
			add_row(&table, t, &t->rows[i]);
	for (int i = 0; i < 2; i++)
		print_study(&t->answers[i], names[i]);
	print_origin(t);
	putchar('\n');
	print_remarks(t);
	putchar('\n');
	column_print(&table);
	table_free(&table);
	if (fflush(stdout) == 0)
		return 0;
	warn("cannot write");
	return -1;
}
