/* SPDX-License-Identifier: MIT */
#include "statistics/boot_statistic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [STATISTIC_MEDIAN] = "median",
    [STATISTIC_MIN] = "min",
    [STATISTIC_MEAN] = "mean",
};

bool
boot_statistic_parse(struct boot_statistic *statistic, const char *name)
{
	char *end;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0) {
			*statistic = (struct boot_statistic){(enum boot_statistic_kind)i, 0};
			return true;
		}
	if (name[0] != 'p' || name[1] < '0' || name[1] > '9')
		return false;
	*statistic = (struct boot_statistic){STATISTIC_QUANTILE, strtod(name + 1, &end) / 100};
	return *end == '\0' && strspn(name + 1, "0123456789.") == strlen(name + 1) &&
	       statistic->quantile > 0 && statistic->quantile < 1;
}

void
boot_statistic_name(struct boot_statistic statistic, char name[BOOT_STATISTIC_NAME])
{
	if (statistic.kind == STATISTIC_QUANTILE)
		snprintf(name, BOOT_STATISTIC_NAME, "p%.10g", statistic.quantile * 100);
	else
		snprintf(name, BOOT_STATISTIC_NAME, "%s", names[statistic.kind]);
}

static int
compare_values(const void *a, const void *b)
{
	const struct weighted *one = a, *other = b;

	return (one->value > other->value) - (one->value < other->value);
}

/* The sample number `index`, from 0, of sorted values. */
static double
sample_at(const struct weighted *values, size_t count, double index)
{
	size_t i = 0;

	for (double before = values[0].weight; i + 1 < count && before <= index;)
		before += values[++i].weight;
	return values[i].value;
}

/* As gsl_stats_quantile_from_sorted_data() does: linear between the two nearest samples. */
static double
quantile_of(const struct weighted *values, size_t count, double quantile)
{
	double samples = 0, below;

	for (size_t i = 0; i < count; i++)
		samples += values[i].weight;
	double part = modf(quantile * (samples - 1), &below), low = sample_at(values, count, below);
	double high = part > 0 ? sample_at(values, count, below + 1) : low;
	return low * (1 - part) + high * part; /* their difference may overflow */
}

double
boot_statistic(struct boot_statistic statistic, struct weighted *values, size_t count)
{
	double mean = 0, samples = 0;

	switch (statistic.kind) {
	case STATISTIC_MEAN:
		for (size_t i = 0; i < count; i++) {
			samples += values[i].weight;
			mean += (values[i].value - mean) * (values[i].weight / samples);
		}
		return mean;
	case STATISTIC_MIN:
		mean = values[0].value;
		for (size_t i = 1; i < count; i++)
			mean = fmin(mean, values[i].value);
		return mean;
	default:
		qsort(values, count, sizeof(*values), compare_values);
		return quantile_of(values, count,
				   statistic.kind == STATISTIC_QUANTILE ? statistic.quantile : 0.5);
	}
}
