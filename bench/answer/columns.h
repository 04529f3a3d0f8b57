/* SPDX-License-Identifier: MIT */
/* Columns that the tables of measures have in common. */
#ifndef BENCH_COLUMNS_H
#define BENCH_COLUMNS_H

#include "answer/answer.h"
#include "report/table.h"

/* The unit as printed, with the kind of time (struct answer) unless it is real time. */
void column_unit(struct table *table, const char *kind, const char *unit);

/*
 * Two columns: the ratio whose logarithm is `mean`, or a difference with its sign, and the
 * interval; empty if the mean is NAN.
 */
void column_estimate(struct table *table, bool is_ratio, double mean, double low, double high);

/*
 * Two columns: the differences in all layouts, from least to most, also relative to the baseline;
 * empty without layouts.
 */
void column_range(struct table *table, size_t layouts, double least, double most, double baseline);

/* Gives the last column the colour of a verdict. */
void column_colour(struct table *table, const char *verdict);

/* Prints the table on stdout, with colours on a terminal, unless NO_COLOR is set. */
void column_print(const struct table *table);

/* Prints a line that may hold text of a guest or a plan. */
void column_line(const char *what, const char *between, const char *text);

#endif
