/* SPDX-License-Identifier: MIT */
#include "answer/warnings.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/origin.h"
#include "host/memory.h"
#include "text.h"

/* What is collected while boots are read. */
struct warnings {
	json_t **environments; /* of each cell: what its boots recorded; NULL: nothing yet */
	uint64_t boots, busy;  /* boots whose host is known, and those in which QEMU waited */
	double wait_most;      /* the largest share of time for which it waited */
};

/* From this share of its time on in which QEMU waited for a CPU, the host was busy. */
#define BUSY_SHARE 0.05

void
warnings_add(struct answer *a, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		memory_die();
	va_end(arguments);
	a->warnings = xgrow(a->warnings, a->warning_count, sizeof(*a->warnings));
	a->warnings[a->warning_count++] = text;
}

void
warnings_start(struct answer *a)
{
	a->collected = xcalloc(1, sizeof(*a->collected));
	a->collected->environments =
	    xcalloc(a->study->cells.count, sizeof(*a->collected->environments));
}

/* The median of values in the order in which they came. */
static double
median_of(const struct weighted *values, size_t count)
{
	struct weighted *copy = xcalloc(count, sizeof(*copy));
	const struct boot_statistic median = {STATISTIC_MEDIAN, 0};

	memcpy(copy, values, count * sizeof(*copy));
	double result = boot_statistic(median, copy, count);
	free(copy);
	return result;
}

/* Returns whether the mean differs from 0 at the level `alpha` (Student's t). */
static bool
is_different(const struct moments *m, double alpha)
{
	return m->count > 2 && fabs(m->mean) > moments_half_width(m, alpha);
}

void
warnings_samples(struct answer_measure *measure, const struct weighted *values, size_t count)
{
	enum { THIRD_LEAST = 3 };
	size_t third = count / 3;

	if (third < THIRD_LEAST)
		return;
	double first = median_of(values, third), last = median_of(values + count - third, third);
	if (first > 0 && last > 0)
		moments_add(&measure->warm_up, log(first / last));
}

void
warnings_boot(struct answer *a, size_t cell, const json_t *boot)
{
	struct warnings *w = a->collected;
	const json_t *host = json_object_get(boot, "host"),
		     *wait = json_object_get(host, "qemu_wait_ms");
	double waited = json_number_value(wait),
	       ran = json_number_value(json_object_get(host, "qemu_cpu_ms"));

	if (json_is_number(wait) && ran + waited > 0) {
		double share = waited / (ran + waited);
		w->boots++;
		w->busy += share > BUSY_SHARE;
		w->wait_most = fmax(w->wait_most, share);
	}
	if (w->environments[cell] == NULL)
		w->environments[cell] = origin_environment(boot);
}

static void
warn_busy(struct answer *a)
{
	const struct warnings *w = a->collected;

	if (w->busy > 0)
		warnings_add(
		    a,
		    "the host was busy: in %llu of %llu boots QEMU waited for a CPU for more "
		    "than %.0f %% of its time (maximum: %.0f %%)",
		    (unsigned long long)w->busy, (unsigned long long)w->boots, BUSY_SHARE * 100,
		    w->wait_most * 100);
}

/* A cell's arguments without those for init (`lull.KEY`), split as by the kernel. To be freed. */
static char *
kernel_arguments(const struct answer *a, size_t cell)
{
	const struct study *s = a->study;
	const char *at = s->plan.lists[PLAN_ARGS].at[s->cells.at[cell].items[PLAN_ARGS]].text;
	struct text kept = {xcalloc(strlen(at) + 3, 1), strlen(at) + 2, 0, false};

	for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
		size_t length = 0;
		for (bool is_quoted = false; at[length] != '\0' && (is_quoted || at[length] != ' ');
		     length++)
			is_quoted ^= at[length] == '"';
		if (strncmp(at + (*at == '"'), "lull.", 5) != 0) {
			text_bytes(&kept, at, length);
			text_string(&kept, " ");
		}
		at += length;
	}
	return kept.data;
}

/* Returns whether the kernel's arguments are not those of the baseline, but the environment is. */
static bool
has_same_environment(const struct answer *a, size_t cell)
{
	size_t base = a->cells[cell].baseline;
	const json_t *one = a->collected->environments[cell],
		     *other = a->collected->environments[base];
	const struct cell *cells = a->study->cells.at;

	if (a->cells[cell].is_twin || a->cells[cell].is_hidden || base == cell ||
	    cells[cell].items[PLAN_KERNELS] != cells[base].items[PLAN_KERNELS] ||
	    json_object_size(one) == 0 || !json_equal(one, other))
		return false;
	char *arguments = kernel_arguments(a, cell), *base_arguments = kernel_arguments(a, base);
	bool differ = strcmp(arguments, base_arguments) != 0;
	free(arguments);
	free(base_arguments);
	return differ;
}

/* Cells that differ from their baseline in arguments only, but in nothing that was recorded. */
static void
warn_environment(struct answer *a)
{
	size_t first = 0, count = 0;

	for (size_t c = 0; c < a->study->cells.count; c++)
		if (has_same_environment(a, c) && count++ == 0)
			first = c;
	if (count == 0)
		return;
	char *more = count > 1
			 ? xasprintf("; and %zu more cell%s", count - 1, text_plural(count - 1))
			 : xstrdup("");
	warnings_add(
	    a,
	    "%s and %s have different kernel arguments, but the recorded environment "
	    "(mitigations, CPU, huge pages ...) is the same: perhaps the arguments have no "
	    "effect on this machine%s",
	    a->cells[a->cells[first].baseline].label, a->cells[first].label, more);
	free(more);
}

/* A check of one measure: returns the warning, to be freed, or NULL. */
typedef char *measure_check(const struct answer *a, const struct answer_measure *measure);

/* Checks all measures; of several warnings of the same kind it prints the first. */
static void
warn_measures(struct answer *a, measure_check *check)
{
	char *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++) {
		char *text = check(a, &a->measures[i]);
		count += text != NULL;
		if (first == NULL)
			first = text;
		else
			free(text);
	}
	if (count > 1)
		warnings_add(a, "%s; and %zu more measure%s", first, count - 1,
			     text_plural(count - 1));
	else if (count == 1)
		warnings_add(a, "%s", first);
	free(first);
}

/*
 * A trend over the blocks, of all cells together, in a measure of ratios. Cells without a value in
 * most blocks, such as those that were given up, are left out.
 */
static char *
check_drift(const struct answer *a, const struct answer_measure *measure)
{
	enum { BLOCKS_LEAST = 8 };
	double *x = xcalloc(a->block_count + 1, sizeof(*x)),
	       *y = xcalloc(a->block_count + 1, sizeof(*y));
	double c0, c1, v00, v01, v11, rest;
	size_t count = 0;
	char *text = NULL;

	for (size_t b = 0; b < a->block_count; b++) {
		double sum = 0;
		size_t cells = 0;
		for (size_t c = 0; c < a->study->cells.count; c++) {
			const struct answer_row *row = &measure->rows[c];
			if (row->boots * 2 <= a->block_count)
				continue;
			cells++;
			sum += log(row->values[b] / row->center);
		}
		/* Only whole blocks, so that a missing cell is no trend. */
		if (cells == 0 || isnan(sum))
			continue;
		x[count] = (double)b;
		y[count++] = sum / (double)cells;
	}
	if (count >= BLOCKS_LEAST && measure->is_ratio) {
		gsl_fit_linear(x, 1, y, 1, count, &c0, &c1, &v00, &v01, &v11, &rest);
		double t = v11 > 0 ? fabs(c1) / sqrt(v11) : 0;
		if (t > gsl_cdf_tdist_Qinv(0.005 / (double)a->count, (double)count - 2))
			text = xasprintf("%s drifts: %+.1f %% from the first block to the last; "
					 "blocking removes it from the ratios",
					 measure->name, expm1(c1 * (x[count - 1] - x[0])) * 100);
	}
	free(x);
	free(y);
	return text;
}

/* The deviation of sorted[from] to sorted[to - 1], and their mean. */
static double
deviation_of(const double *sorted, size_t from, size_t to, double *mean)
{
	struct moments m = {.count = 0};

	for (size_t i = from; i < to; i++)
		moments_add(&m, sorted[i]);
	*mean = m.mean;
	return m.count > 1 ? sqrt(m.squares / (double)(m.count - 1)) : 0;
}

/*
 * Two groups of boots, each of at least a fifth, with Ashman's D above 6 (2.7 for halves of a
 * normal distribution) and means that differ by more than 2 %.
 */
static bool
has_two_modes(const double *sorted, size_t count)
{
	enum { BOOTS_LEAST = 20 };
	size_t fifth = count / 5;

	for (size_t at = fifth; count >= BOOTS_LEAST && at <= count - fifth; at++) {
		double low, high, one = deviation_of(sorted, 0, at, &low),
				  other = deviation_of(sorted, at, count, &high);
		double both = sqrt((one * one + other * other) / 2);
		if (high - low > 6 * both && high - low > 0.02 * fabs(low))
			return true;
	}
	return false;
}

static char *
check_modes(const struct answer *a, const struct answer_measure *measure)
{
	double *sorted = xcalloc(a->block_count + 1, sizeof(*sorted));
	size_t cells = 0, first = 0;

	for (size_t c = 0; c < a->study->cells.count; c++) {
		size_t count = 0;
		for (size_t b = 0; b < a->block_count; b++)
			if (!isnan(measure->rows[c].values[b]))
				sorted[count++] = measure->rows[c].values[b];
		gsl_sort(sorted, 1, count);
		if (has_two_modes(sorted, count) && cells++ == 0)
			first = c;
	}
	free(sorted);
	if (cells == 0)
		return NULL;
	char *more = cells > 1
			 ? xasprintf(" and %zu more cell%s", cells - 1, text_plural(cells - 1))
			 : xstrdup(""),
	     *text = xasprintf("%s has two modes in %s%s: its boots fall into two groups",
			       measure->name, a->cells[first].label, more);
	free(more);
	return text;
}

static char *
check_warm_up(const struct answer *a, const struct answer_measure *measure)
{
	if (!is_different(&measure->warm_up, 0.01 / (double)a->count) ||
	    fabs(measure->warm_up.mean) <= 0.02)
		return NULL;
	return xasprintf("%s changes within a boot: the first third of samples differs by %+.1f "
			 "%% from the last; warm-up runs may help",
			 measure->name, expm1(measure->warm_up.mean) * 100);
}

/* Cells that lost many more boots than others: the rest may be biased. */
static void
warn_uneven(struct answer *a)
{
	enum { DROPPED_LEAST = 3 };
	double least = 1, most = 0;
	size_t worst = a->study->cells.count;

	for (size_t c = 0; c < a->study->cells.count; c++) {
		double share = a->cells[c].boots > 0
				   ? (double)a->cells[c].dropped / (double)a->cells[c].boots
				   : 0;
		least = fmin(least, share);
		if (share <= most || a->cells[c].dropped < DROPPED_LEAST)
			continue;
		most = share;
		worst = c;
	}
	if (worst < a->study->cells.count && most - least >= 0.1)
		warnings_add(
		    a, "boots were dropped unevenly: %llu of %llu in %s; the rest may be biased",
		    (unsigned long long)a->cells[worst].dropped,
		    (unsigned long long)a->cells[worst].boots, a->cells[worst].label);
}

/* Names in the plan that no boot reported. */
static void
warn_missing(struct answer *a)
{
	const struct study_plan *plan = &a->study->plan;

	for (size_t i = 0; i < plan->measure_count; i++)
		if (plan->measures[i].is_chosen && a->used > 0 &&
		    !answer_has_measure(a, plan->measures[i].name))
			warnings_add(a, "no boot reported %s, which the plan's measure names",
				     plan->measures[i].name);
}

/* Experiments that state different directions of a measure. */
static void
warn_directions(struct answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->measures[i].is_disputed)
			warnings_add(
			    a,
			    "%s: experiments disagree whether lower or higher is better; set "
			    "`better` in the plan",
			    a->measures[i].name);
}

void
warnings_finish(struct answer *a)
{
	warn_missing(a);
	if (a->without_numbers > 0)
		warnings_add(a,
			     "boots without numbers: %llu; an older bench kept only medians; bench "
			     "decode reads their consoles",
			     (unsigned long long)a->without_numbers);
	warn_directions(a);
	if (!a->study->plan.exact)
		warn_busy(a);
	warn_environment(a);
	warn_uneven(a);
	if (a->study->plan.exact)
		return;
	warn_measures(a, check_drift);
	warn_measures(a, check_modes);
	warn_measures(a, check_warm_up);
}

void
warnings_free(struct answer *a)
{
	for (size_t i = 0; i < a->warning_count; i++)
		free(a->warnings[i]);
	free(a->warnings);
	for (size_t c = 0; a->collected != NULL && c < a->study->cells.count; c++)
		json_decref(a->collected->environments[c]);
	if (a->collected != NULL)
		free(a->collected->environments);
	free(a->collected);
}
