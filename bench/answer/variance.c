/* SPDX-License-Identifier: MIT */
#include "answer/variance.h"

#include <math.h>
#include <stdlib.h>

#include "host/memory.h"

enum { SAMPLES_LEAST = 4, BOOTS_LEAST = 6 };

/* The statistic of every second sample. */
static double
statistic_of_half(struct boot_statistic statistic, const struct weighted *values, size_t count,
		  size_t first, struct weighted *space)
{
	size_t half = 0;

	for (size_t i = first; i < count; i += 2)
		space[half++] = values[i];
	return boot_statistic(statistic, space, half);
}

void
variance_samples(struct answer_measure *measure, const struct weighted *values, size_t count)
{
	enum boot_statistic_kind kind = measure->statistic.kind;

	/* Minima and extreme quantiles of half the samples do not have twice the variance. */
	if (count < SAMPLES_LEAST || (kind != STATISTIC_MEDIAN && kind != STATISTIC_MEAN))
		return;
	struct weighted *space = xcalloc(count / 2 + 1, sizeof(*space));
	double one = statistic_of_half(measure->statistic, values, count, 0, space),
	       other = statistic_of_half(measure->statistic, values, count, 1, space);
	free(space);
	moments_add(&measure->within, (one - other) * (one - other) / 4);
	if (one > 0 && other > 0)
		moments_add(&measure->within_log, log(one / other) * log(one / other) / 4);
}

double
variance_within(const struct answer *a, const struct answer_measure *measure)
{
	const struct moments *within = measure->is_ratio ? &measure->within_log : &measure->within;
	struct moments total = {0};

	for (size_t c = 0; c < a->study->cells.count; c++) {
		const struct answer_row *row = &measure->rows[c];
		size_t base = a->cells[c].baseline;
		/* A difference from the mean of two boots has 3/2 of the variance of one boot. */
		double boots = a->cells[base].twin != base ? 1.5 : 2;
		if (row->is_compared && row->paired.blocks >= BOOTS_LEAST)
			moments_add(&total, row->paired.deviation * row->paired.deviation / boots);
	}
	if (total.count == 0 || !(total.mean > 0) || within->count < BOOTS_LEAST)
		return NAN;
	return fmin(1, within->mean / total.mean);
}

double
variance_twice_the_samples(double within)
{
	return 1 - sqrt(1 - within / 2);
}

double
variance_twice_the_blocks(void)
{
	return 1 - sqrt(0.5);
}
