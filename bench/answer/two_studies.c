/* SPDX-License-Identifier: MIT */
#include "answer/two_studies.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer/exact.h"
#include "answer/origin.h"
#include "boot/layout.h"
#include "console/outcome.h"
#include "host/memory.h"

/* The measure of the same command, name and unit; NULL: none. */
static const struct answer_measure *
lookup_measure(const struct answer *a, const struct answer_measure *measure)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->measures[i].command == measure->command &&
		    strcmp(a->measures[i].name, measure->name) == 0 &&
		    strcmp(a->measures[i].unit, measure->unit) == 0)
			return &a->measures[i];
	return NULL;
}

static bool
is_same_statistic(struct boot_statistic one, struct boot_statistic other)
{
	return one.kind == other.kind &&
	       (one.kind != STATISTIC_QUANTILE || one.quantile == other.quantile);
}

/* Adds the rows of two cells that both have numbers. */
static void
add_rows(struct two_studies *t, const size_t cells[2])
{
	const struct answer *a = &t->answers[0];

	t->pairs++;
	for (size_t i = 0; i < a->count; i++) {
		const struct answer_measure *one = &a->measures[i],
					    *other = lookup_measure(&t->answers[1], one);
		if (other == NULL || one->rows[cells[0]].boots == 0 ||
		    other->rows[cells[1]].boots == 0)
			continue;
		if (!is_same_statistic(one->statistic, other->statistic)) {
			t->other_statistic++;
			continue;
		}
		t->rows = xgrow(t->rows, t->count, sizeof(*t->rows));
		t->rows[t->count++] =
		    (struct studies_row){.measures = {one, other},
					 .cells = {cells[0], cells[1]},
					 .is_ratio = one->is_ratio && other->is_ratio,
					 .holm = NAN};
	}
}

/* Adds the differences of two cells' origin. Returns 0, or -1 after a message. */
static int
add_origin(struct two_studies *t, const struct boots boots[2], const size_t cells[2])
{
	json_t *one = origin_cell(&boots[0], cells[0]),
	       *other = one != NULL ? origin_cell(&boots[1], cells[1]) : NULL;

	if (other != NULL)
		origin_compare(t->differences, one, other, true);
	json_decref(one);
	json_decref(other);
	return other != NULL ? 0 : -1;
}

/* Calls add_rows() and add_origin() for each pair of cells. Returns 0, or bench's exit status. */
static int
add_pairs(struct two_studies *t, const struct boots boots[2], const char *const names[2])
{
	const struct cells *of[2] = {&t->answers[0].study->cells, &t->answers[1].study->cells};

	if (names != NULL) {
		size_t pair[2];
		for (int i = 0; i < 2; i++)
			if ((pair[i] = answer_find_cell(&t->answers[i], names[i])) == of[i]->count)
				return STATUS_NO_VERDICT;
		add_rows(t, pair);
		return add_origin(t, boots, pair) == 0 ? 0 : STATUS_NO_VERDICT;
	}
	for (size_t c = 0; c < of[0]->count; c++) {
		const size_t pair[2] = {c, cells_find(of[1], of[0]->at[c].name)};
		if (pair[1] == of[1]->count || of[0]->at[c].is_again)
			continue;
		add_rows(t, pair);
		if (add_origin(t, boots, pair) != 0)
			return STATUS_NO_VERDICT;
	}
	if (t->pairs > 0)
		return 0;
	warnx("%s and %s have no cell with the same labels; name a cell of each, such as %s:%s",
	      t->answers[0].study->path, t->answers[1].study->path, t->answers[0].study->path,
	      t->answers[0].cells[0].label);
	return STATUS_WRONG_USAGE;
}

/* The numbers of a cell's boots as they are compared; owned by the caller. */
static double *
numbers_of(const struct answer *a, const struct answer_row *row, bool is_ratio, size_t *count)
{
	double *numbers = xcalloc(a->block_count + 1, sizeof(*numbers));

	*count = 0;
	for (size_t b = 0; b < a->block_count; b++)
		if (!isnan(row->values[b]))
			numbers[(*count)++] = is_ratio ? log(row->values[b]) : row->values[b];
	return numbers;
}

static const struct answer_row *
row_of(const struct studies_row *row, int study)
{
	return &row->measures[study]->rows[row->cells[study]];
}

static void
compare_boots(const struct two_studies *t, struct studies_row *row)
{
	double *numbers[2];
	size_t counts[2];

	for (int i = 0; i < 2; i++)
		numbers[i] = numbers_of(&t->answers[i], row_of(row, i), row->is_ratio, &counts[i]);
	row->unpaired = unpaired_compare((const double *const *)numbers, counts, t->count,
					 t->answers[0].study->seed);
	free(numbers[0]);
	free(numbers[1]);
}

static void
judge_boots(const struct two_studies *t, struct studies_row *row)
{
	const struct unpaired *u = &row->unpaired;
	double margin = t->answers[0].margin,
	       scaled = row->is_ratio ? log1p(margin) : margin * fabs(row_of(row, 0)->center);
	size_t least = paired_least_blocks(1);

	if (row->holm < PAIRED_ALPHA)
		row->verdict = u->mean < 0 ? ANSWER_LESS : ANSWER_MORE;
	else if (u->counts[0] >= least && u->counts[1] >= least && u->low >= -scaled &&
		 u->high <= scaled)
		row->verdict = ANSWER_SAME;
	else
		row->verdict = ANSWER_CANNOT_TELL;
}

static void
compare_all(struct two_studies *t)
{
	double *p = xcalloc(t->count + 1, sizeof(*p));

	for (size_t i = 0; i < t->count; i++) {
		compare_boots(t, &t->rows[i]);
		p[i] = t->rows[i].unpaired.p;
	}
	if (paired_holm(p, t->count) != 0)
		memory_die();
	for (size_t i = 0; i < t->count; i++) {
		t->rows[i].holm = p[i];
		if (t->has_verdicts)
			judge_boots(t, &t->rows[i]);
	}
	free(p);
}

/* In exact mode: the differences in the layouts that both studies have. */
static void
compare_layouts(const struct two_studies *t, struct studies_row *row)
{
	const struct answer *answers = t->answers;
	uint64_t layouts[2] = {answers[0].study->plan.layouts, answers[1].study->plan.layouts},
		 least = layouts[0] < layouts[1] ? layouts[0] : layouts[1];
	const struct answer_row *one = row_of(row, 0), *other = row_of(row, 1);

	row->least = INFINITY;
	row->most = -INFINITY;
	for (uint64_t layout = 0; layout < least; layout++) {
		bool ignored;
		double difference = exact_value(&answers[1], other, layout, &ignored) -
				    exact_value(&answers[0], one, layout, &ignored);
		if (isnan(difference))
			continue;
		row->layouts++;
		row->least = fmin(row->least, difference);
		row->most = fmax(row->most, difference);
	}
	row->repeats = one->is_identical && other->is_identical;
	if (t->has_verdicts && row->repeats && row->layouts >= LAYOUTS_TO_TELL)
		row->verdict =
		    exact_verdict(row->least, row->most, fmax(one->spread, other->spread),
				  answers[0].margin * fabs(one->center));
}

static int
check_kinds(const struct two_studies *t)
{
	const char *const kinds[2] = {t->answers[0].kind, t->answers[1].kind};

	if (strcmp(kinds[0], kinds[1]) == 0)
		return 0;
	warnx("%s has %s, but %s has %s: these cannot be compared", t->answers[0].study->path,
	      kinds[0], t->answers[1].study->path, kinds[1]);
	return STATUS_WRONG_USAGE;
}

/* Pairs the cells, with the boots of both studies. Returns 0, or bench's exit status. */
static int
pair_studies(struct two_studies *t, const char *const names[2])
{
	struct boots boots[2] = {{.study = NULL}, {.study = NULL}};
	int status = STATUS_NO_VERDICT;

	if (boots_read(&boots[0], t->answers[0].study) == 0 &&
	    boots_read(&boots[1], t->answers[1].study) == 0) {
		json_t *one = origin_study(&boots[0]), *other = origin_study(&boots[1]);
		origin_compare(t->differences, one, other, true);
		json_decref(one);
		json_decref(other);
		status = add_pairs(t, boots, names);
	}
	boots_free(&boots[0]);
	boots_free(&boots[1]);
	return status;
}

int
two_studies_make(struct two_studies *t, struct study *const studies[2], const char *const cells[2],
		 const struct answer_options *options)
{
	*t = (struct two_studies){.differences = json_array(), .is_chosen = cells != NULL};
	if (t->differences == NULL)
		memory_die();
	for (int i = 0; i < 2; i++, t->made++)
		if (answer_make(&t->answers[i], studies[i], options) != 0) {
			t->made++;
			return STATUS_NO_VERDICT;
		}
	int status = check_kinds(t);
	if (status == 0)
		status = pair_studies(t, cells);
	if (status != 0)
		return status;
	t->is_exact = studies[0]->plan.exact;
	t->has_verdicts = true;
	for (int i = 0; i < 2; i++)
		t->has_verdicts &= !t->answers[i].is_interim && !t->answers[i].twins_differ;
	if (!t->is_exact)
		compare_all(t);
	for (size_t i = 0; t->is_exact && i < t->count; i++)
		compare_layouts(t, &t->rows[i]);
	return 0;
}

void
two_studies_free(struct two_studies *t)
{
	for (int i = 0; i < t->made; i++)
		answer_free(&t->answers[i]);
	free(t->rows);
	json_decref(t->differences);
}

int
two_studies_check_limits(const struct two_studies *t, const struct limits *limits,
			 const struct answer_options *options)
{
	return limits_check(limits, &t->answers[0], options);
}

int
two_studies_limits(const struct two_studies *t, const struct limits *limits,
		   const struct answer_options *options)
{
	struct limits_result result = {.limits = limits, .kind = t->answers[0].kind};
	size_t least = paired_least_blocks(1);

	for (size_t i = 0; i < t->count; i++) {
		const struct studies_row *row = &t->rows[i];
		if (!answer_is_shown(row->measures[0], options))
			continue;
		struct limited l = {.measure = row->measures[0],
				    .cell = t->answers[1].cells[row->cells[1]].label,
				    .low = row->unpaired.low,
				    .high = row->unpaired.high,
				    .is_ratio = row->is_ratio,
				    .baseline = row_of(row, 0)->center};
		if (t->is_exact) {
			l.low = row->least;
			l.high = row->most;
		}
		l.is_known = t->has_verdicts &&
			     (t->is_exact ? row->repeats && row->layouts >= LAYOUTS_TO_TELL
					  : row->unpaired.counts[0] >= least &&
						row->unpaired.counts[1] >= least);
		limits_add(&result, &l);
	}
	return limits_finish(&result);
}
