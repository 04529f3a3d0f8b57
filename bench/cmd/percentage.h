/* SPDX-License-Identifier: MIT */
/* Percentages on command lines. */
#ifndef BENCH_PERCENTAGE_H
#define BENCH_PERCENTAGE_H

#include <stdbool.h>

/*
 * Parses a percentage of at most 100, with or without `%`, as a fraction. 0 is allowed if
 * `may_be_zero`. Returns 0, or -1 after a message that names the option.
 */
int percentage_read(double *fraction, const char *option, const char *text, bool may_be_zero);

#endif
