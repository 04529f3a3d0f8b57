/* SPDX-License-Identifier: MIT */
/*
 * The one number that stands for a measure in a boot: a statistic over its samples. Samples are
 * never pooled over boots. Pure.
 */
#ifndef BENCH_BOOT_STATISTIC_H
#define BENCH_BOOT_STATISTIC_H

#include <stdbool.h>
#include <stddef.h>

struct boot_statistic {
	enum boot_statistic_kind {
		STATISTIC_MEDIAN,
		STATISTIC_MIN,
		STATISTIC_MEAN,
		STATISTIC_QUANTILE,
	} kind;
	double quantile; /* between 0 and 1 */
};

enum { BOOT_STATISTIC_NAME = 32 };

/* Parses `median`, `min`, `mean`, or a quantile as a percentage, such as `p99` or `p99.9`. */
bool boot_statistic_parse(struct boot_statistic *statistic, const char *name);

void boot_statistic_name(struct boot_statistic statistic, char name[BOOT_STATISTIC_NAME]);

/* Values of equal weight, or `weight` samples each. */
struct weighted {
	double value, weight;
};

/* The statistic of `count` values, at least one; sorts them. */
double boot_statistic(struct boot_statistic statistic, struct weighted *values, size_t count);

#endif
