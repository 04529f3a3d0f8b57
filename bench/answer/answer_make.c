/* SPDX-License-Identifier: MIT */
#include "answer/answer.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/boots.h"
#include "answer/exact.h"
#include "answer/variance.h"
#include "answer/warnings.h"
#include "host/memory.h"
#include "study/numbers_file.h"

static bool
is_varied(const struct study_plan *plan, int dimension)
{
	return plan->lists[dimension].count > 1;
}

/* The labels of a cell that are not the same in all cells, or its experiment's. */
static char *
cell_label(const struct study *s, const struct cell *cell)
{
	char *label = xstrdup("");

	for (int i = 0; i < PLAN_DIMENSIONS; i++) {
		if (!is_varied(&s->plan, i))
			continue;
		char *longer = xasprintf("%s%s%s", label, label[0] != '\0' ? "/" : "",
					 s->plan.lists[i].at[cell->items[i]].label);
		free(label);
		label = longer;
	}
	if (label[0] == '\0') {
		free(label);
		label = xstrdup(
		    s->plan.lists[PLAN_EXPERIMENTS].at[cell->items[PLAN_EXPERIMENTS]].label);
	}
	if (cell->is_again) {
		char *longer = xasprintf("%s@again", label);
		free(label);
		label = longer;
	}
	return label;
}

static int
set_up_cells(struct answer *a, const struct answer_options *options)
{
	const struct study *s = a->study;
	size_t named = 0, only = 0;

	a->cells = xcalloc(s->cells.count, sizeof(*a->cells));
	for (size_t i = 0; i < s->cells.count; i++)
		a->cells[i].label = cell_label(s, &s->cells.at[i]);
	if ((options->baseline != NULL &&
	     (named = answer_find_cell(a, options->baseline)) == s->cells.count) ||
	    (options->cell != NULL &&
	     (only = answer_find_cell(a, options->cell)) == s->cells.count))
		return -1;
	for (size_t i = 0; i < s->cells.count; i++) {
		const struct cell *cell = &s->cells.at[i];
		bool has_twin = i + 1 < s->cells.count && s->cells.at[i + 1].is_again;
		a->cells[i].baseline =
		    options->baseline != NULL ? named : cells_baseline(&s->cells, &s->plan, i);
		a->cells[i].twin = has_twin ? i + 1 : i;
		a->cells[i].is_twin = cell->is_again;
		a->cells[i].is_hidden = options->cell != NULL && i != only &&
					i != a->cells[i].baseline &&
					!(cell->is_again && i - 1 == a->cells[i].baseline);
	}
	return 0;
}

static void
start_measure(const struct answer *a, struct answer_measure *measure, const struct series *series)
{
	const struct plan_measure planned =
	    study_plan_measure(&a->study->plan, series->command, series->name);

	*measure = (struct answer_measure){
	    .command = series->command,
	    .name = xstrdup(series->name),
	    .unit = xstrdup(series->unit),
	    .is_figure = series->is_figure,
	    .is_chosen = planned.is_chosen,
	    .is_exact = a->study->plan.exact,
	    .is_ratio = !a->study->plan.exact,
	    .is_planned = planned.better != DIRECTION_NONE,
	    .direction =
		planned.better != DIRECTION_NONE ? planned.better : measure_direction(series->unit),
	    .statistic = planned.has_statistic ? planned.statistic : study_statistic(a->study),
	    .rows = xcalloc(a->study->cells.count, sizeof(struct answer_row))};
	for (size_t i = 0; i < a->study->cells.count; i++) {
		measure->rows[i].cell = i;
		measure->rows[i].values = xcalloc(a->block_count, sizeof(double));
		for (size_t b = 0; b < a->block_count; b++)
			measure->rows[i].values[b] = NAN;
	}
}

/* The measure of a series, which is added if it is new. Another unit makes another measure. */
static struct answer_measure *
lookup_measure(struct answer *a, const struct series *series)
{
	char *key = xasprintf("%llu %s %s", (unsigned long long)series->command, series->name,
			      series->unit);
	const json_t *place = json_object_get(a->places, key);

	if (place == NULL) {
		a->measures = xgrow(a->measures, a->count, sizeof(*a->measures));
		start_measure(a, &a->measures[a->count], series);
		place = json_integer((json_int_t)a->count++);
		if (json_object_set_new(a->places, key, (json_t *)place) != 0)
			memory_die();
	}
	free(key);
	return &a->measures[json_integer_value(place)];
}

static size_t
block_index(const struct answer *a, uint64_t block)
{
	size_t low = 0, high = a->block_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (a->blocks[middle] < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
answer_set_direction(struct answer_measure *measure, const json_t *boot)
{
	const json_t *better = json_object_get(boot, "better");
	enum direction stated = DIRECTION_NONE;

	for (int i = 0; i < 2 && stated == DIRECTION_NONE; i++) {
		char *name = i == 0 ? xasprintf("%llu:%s", (unsigned long long)measure->command,
						measure->name)
				    : xstrdup(measure->name);
		const char *word = json_string_value(json_object_get(better, name));
		if (word != NULL)
			stated = strcmp(word, "lower") == 0 ? DIRECTION_LOWER : DIRECTION_HIGHER;
		free(name);
	}
	if (stated == DIRECTION_NONE || measure->is_planned)
		return;
	measure->is_disputed |= measure->stated != DIRECTION_NONE && measure->stated != stated;
	measure->stated = stated;
	measure->direction = measure->is_disputed ? DIRECTION_NONE : stated;
}

/* Adds the statistic of each measure in a boot, whose file is `boot`. */
static void
add_numbers(struct answer *a, const struct numbers *numbers, const json_t *boot, size_t cell,
	    size_t block)
{
	struct gathered all = {.count = 0};

	if (numbers->commands > a->commands)
		a->commands = numbers->commands;
	for (size_t i = 0; i < numbers->measure_count; i++) {
		if (numbers_gather(numbers, i, &all) != 0)
			memory_die();
		if (all.count == 0)
			continue;
		struct answer_measure *measure =
		    lookup_measure(a, &numbers->series[numbers->measures[i].first]);
		answer_set_direction(measure, boot);
		if (!all.is_histogram) {
			warnings_samples(measure, all.values, all.count);
			variance_samples(measure, all.values, all.count);
		}
		double value = boot_statistic(measure->statistic, all.values, all.count);
		measure->rows[cell].values[block] = value;
		measure->is_ratio &= value > 0;
	}
	free(all.values);
}

static int
compare_blocks(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

/* Lists the blocks of all boots that count. */
static void
list_blocks(struct answer *a, const struct boots *boots)
{
	size_t kept = 0, count = 0;

	a->blocks = xcalloc(boots->count + 1, sizeof(*a->blocks));
	for (size_t i = 0; i < boots->count; i++)
		if (boots->at[i].is_ok)
			a->blocks[count++] = boots->at[i].block;
	qsort(a->blocks, count, sizeof(*a->blocks), compare_blocks);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || a->blocks[kept - 1] != a->blocks[i])
			a->blocks[kept++] = a->blocks[i];
	a->block_count = kept;
}

/* Counts a boot, and adds its numbers. Returns 0, or -1 after a message. */
static int
add_boot(struct answer *a, const struct boots *boots, const struct listed_boot *boot)
{
	struct numbers numbers;

	a->boots++;
	a->cells[boot->cell].boots++;
	a->cells[boot->cell].dropped += !boot->is_ok;
	if (!boot->is_ok)
		return 0;
	if (boot->sha256[0] == '\0') {
		a->without_numbers++;
		return 0;
	}
	json_t *json = boots_numbers(boots, boot, &numbers);
	if (json == NULL)
		return -1;
	a->used++;
	size_t block = block_index(a, boot->block);
	a->cells[boot->cell].layouts[block] = boot->layout;
	add_numbers(a, &numbers, json, boot->cell, block);
	warnings_boot(a, boot->cell, json);
	numbers_free(&numbers);
	json_decref(json);
	return 0;
}

static int
read_boots(struct answer *a)
{
	struct boots boots;
	int result = boots_read(&boots, a->study);

	if (result == 0)
		list_blocks(a, &boots);
	for (size_t c = 0; c < a->study->cells.count; c++)
		a->cells[c].layouts = xcalloc(a->block_count + 1, sizeof(*a->cells[c].layouts));
	for (size_t i = 0; i < boots.count && result == 0; i++)
		result = add_boot(a, &boots, &boots.at[i]);
	if (result == 0 && a->study->plan.exact)
		repeats_check(a, &boots);
	boots_free(&boots);
	return result;
}

/* The value of a row in a block as it is compared; NAN: none. */
static double
compared_value(const struct answer_measure *measure, size_t cell, size_t block)
{
	double value = measure->rows[cell].values[block];

	return measure->is_ratio ? log(value) : value;
}

/* The block of a cell and its baseline, of which both copies count if both are there. */
static struct paired_block
compared_block(const struct answer *a, const struct answer_measure *measure, size_t cell,
	       size_t block)
{
	const struct answer_cell *c = &a->cells[cell];
	size_t base = c->is_twin ? cell - 1 : c->baseline, copy = a->cells[base].twin;
	double number = compared_value(measure, cell, block),
	       one = compared_value(measure, base, block),
	       other = c->is_twin || copy == base ? NAN : compared_value(measure, copy, block);

	return isnan(other) ? paired_two(number, one)
	       : isnan(one) ? paired_two(number, other)
			    : paired_three(number, one, other);
}

static void
compare_row(struct answer *a, struct answer_measure *measure, struct answer_row *row)
{
	struct paired_block *blocks = xcalloc(a->block_count, sizeof(*blocks));
	size_t count = 0;

	for (size_t b = 0; b < a->block_count; b++) {
		blocks[count] = compared_block(a, measure, row->cell, b);
		count += isfinite(blocks[count].differences[0]);
	}
	row->paired =
	    paired_compare(blocks, count, a->count * a->study->cells.count, a->study->seed);
	free(blocks);
}

/* Center and variation of the boots' values. */
static void
describe_row(const struct answer *a, struct answer_row *row)
{
	struct weighted *values = xcalloc(a->block_count, sizeof(*values));
	const struct boot_statistic median = {STATISTIC_MEDIAN, 0};
	struct moments moments = {0};

	row->boots = 0;
	for (size_t b = 0; b < a->block_count; b++) {
		if (isnan(row->values[b]))
			continue;
		values[row->boots++] = (struct weighted){row->values[b], 1};
		moments_add(&moments, row->values[b]);
	}
	row->center = row->boots > 0 ? boot_statistic(median, values, row->boots) : NAN;
	row->variation = moments.mean != 0 ? moments_deviation(&moments) / fabs(moments.mean) : NAN;
	free(values);
}

/* Sets Holm's p of all rows that are compared. */
static void
correct_p_values(struct answer *a)
{
	double *p = xcalloc(a->tests + 1, sizeof(*p));
	size_t at = 0;

	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count; c++)
			if (a->measures[i].rows[c].is_compared)
				p[at++] = a->measures[i].rows[c].paired.p;
	if (paired_holm(p, at) != 0)
		memory_die();
	at = 0;
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count; c++)
			if (a->measures[i].rows[c].is_compared)
				a->measures[i].rows[c].holm = p[at++];
	free(p);
}

/* The margin on the scale on which the measure is compared. */
static double
scaled_margin(const struct answer *a, const struct answer_measure *measure,
	      const struct answer_row *row)
{
	return measure->is_ratio
		   ? log1p(a->margin)
		   : a->margin * fabs(measure->rows[a->cells[row->cell].baseline].center);
}

static void
judge_row(struct answer *a, const struct answer_measure *measure, struct answer_row *row)
{
	const struct paired *paired = &row->paired;
	double margin = scaled_margin(a, measure, row);
	/* A few equal numbers, as of a coarse clock, have an interval without a width. */
	size_t least = paired_least_blocks(1);

	if (a->is_interim || a->twins_differ)
		return;
	if (row->holm < PAIRED_ALPHA)
		row->verdict = paired->mean < 0 ? ANSWER_LESS : ANSWER_MORE;
	else if (paired->blocks >= least && paired->low >= -margin && paired->high <= margin)
		row->verdict = ANSWER_SAME;
	else
		row->verdict = ANSWER_CANNOT_TELL;
	if (row->verdict == ANSWER_CANNOT_TELL)
		row->blocks_to_tell = paired_blocks_to_tell(paired, margin, a->tests);
}

/*
 * The check of the set-up: both copies of a cell must not differ. Over all measures together it is
 * wrong in PAIRED_ALPHA of the studies.
 */
static void
check_twins(struct answer *a)
{
	size_t checks = 0;

	for (size_t c = 0; c < a->study->cells.count; c++)
		checks += a->cells[c].is_twin ? a->count : 0;
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count; c++) {
			const struct paired *paired = &a->measures[i].rows[c].paired;
			if (a->cells[c].is_twin && paired->blocks >= paired_least_blocks(1) &&
			    fabs(paired->mean) >
				paired_half_width(paired, PAIRED_ALPHA / (double)checks))
				a->twins_differ = true;
		}
}

static void
compare_all(struct answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count; c++) {
			struct answer_row *row = &a->measures[i].rows[c];
			if (a->cells[c].is_twin || answer_is_test(a, c))
				compare_row(a, &a->measures[i], row);
			row->is_compared = answer_is_test(a, c) && row->paired.blocks > 0;
			a->tests += row->is_compared;
		}
	check_twins(a);
	correct_p_values(a);
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count; c++)
			if (a->measures[i].rows[c].is_compared)
				judge_row(a, &a->measures[i], &a->measures[i].rows[c]);
}

static bool
has_values(const struct answer *a, const struct answer_row *row)
{
	for (size_t b = 0; b < a->block_count; b++)
		if (!isnan(row->values[b]))
			return true;
	return false;
}

static void
free_measure(struct answer_measure *measure, size_t cells)
{
	for (size_t c = 0; c < cells; c++)
		free(measure->rows[c].values);
	free(measure->rows);
	free(measure->name);
	free(measure->unit);
}

bool
answer_is_usual_figure(const struct answer_measure *measure)
{
	static const enum result_figure usual[] = {FIGURE_WALL_NS, FIGURE_USER_US, FIGURE_SYSTEM_US,
						   FIGURE_MAXRSS_KIB};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (strcmp(measure->name, result_figure_names[usual[i]]) == 0)
			return true;
	return false;
}

/* Returns whether the cells of an experiment have samples. */
static bool
has_samples(const struct answer *a, size_t experiment)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < a->study->cells.count && !a->measures[i].is_figure; c++)
			if (a->study->cells.at[c].items[PLAN_EXPERIMENTS] == experiment &&
			    has_values(a, &a->measures[i].rows[c]))
				return true;
	return false;
}

/* Forgets the rows of a figure for experiments that have samples. Returns whether any is left. */
static bool
keep_rows(const struct answer *a, struct answer_measure *measure, const bool *samples)
{
	bool is_left = false;

	for (size_t c = 0; c < a->study->cells.count; c++) {
		struct answer_row *row = &measure->rows[c];
		bool is_hidden = samples[a->study->cells.at[c].items[PLAN_EXPERIMENTS]];
		for (size_t b = 0; is_hidden && b < a->block_count; b++)
			row->values[b] = NAN;
		is_left |= !is_hidden && has_values(a, row);
	}
	return is_left;
}

/*
 * Keeps the measures of the table: those that the plan names; else the experiment's samples, or the
 * usual figures of the runs for an experiment that has none.
 */
static void
choose_measures(struct answer *a)
{
	size_t experiments = a->study->plan.lists[PLAN_EXPERIMENTS].count, kept = 0;
	bool *samples = xcalloc(experiments, sizeof(*samples)),
	     has_chosen = a->study->plan.has_chosen;

	for (size_t i = 0; i < experiments; i++)
		samples[i] = has_samples(a, i);
	for (size_t i = 0; i < a->count; i++) {
		struct answer_measure *measure = &a->measures[i];
		if (has_chosen ? measure->is_chosen
		    : measure->is_figure
			? answer_is_usual_figure(measure) && keep_rows(a, measure, samples)
			: true)
			a->measures[kept++] = *measure;
		else
			free_measure(measure, a->study->cells.count);
	}
	a->count = kept;
	free(samples);
}

/*
 * Whether boots are still to come. An older bench ended a study by the precision of each cell's
 * mean, and recorded no rule: such a study is finished once it has the plan's boots.
 */
static bool
is_interim(const struct study *s)
{
	bool is_finished = s->plan.precision > 0 && json_object_get(s->begun, "precision") == NULL;

	for (size_t i = 0; i < s->queue.count; i++)
		is_finished &= s->queue.cells[i].state != CELL_OPEN ||
			       s->queue.cells[i].counted >= s->plan.boots;
	return queue_left(&s->queue) > 0 && !is_finished;
}

int
answer_make(struct answer *a, struct study *study, const struct answer_options *options)
{
	*a = (struct answer){
	    .study = study,
	    .margin = options->margin,
	    .is_interim = is_interim(study),
	    .kind = numbers_kind(study->plan.exact, study->accel[0] != '\0' ? study->accel : NULL)};
	warnings_start(a);
	if ((a->places = json_object()) == NULL)
		memory_die();
	if (set_up_cells(a, options) != 0 || read_boots(a) != 0)
		return -1;
	choose_measures(a);
	for (size_t i = 0; i < a->count; i++)
		for (size_t c = 0; c < study->cells.count; c++)
			describe_row(a, &a->measures[i].rows[c]);
	if (study->plan.exact)
		exact_compare(a);
	else
		compare_all(a);
	warnings_finish(a);
	return 0;
}

void
answer_free(struct answer *a)
{
	warnings_free(a);
	json_decref(a->places);
	for (size_t i = 0; i < a->count; i++)
		free_measure(&a->measures[i], a->study->cells.count);
	for (size_t i = 0; a->cells != NULL && i < a->study->cells.count; i++) {
		free(a->cells[i].label);
		free(a->cells[i].layouts);
	}
	free(a->measures);
	free(a->cells);
	free(a->blocks);
}
