/* SPDX-License-Identifier: MIT */
/*
 * What a bisection searches. Each function measures both ends, searches, prints the answer, and
 * returns bench's exit status: 0; 125 if it cannot tell; 129 for a wrong usage.
 */
#ifndef BENCH_BISECT_MODES_H
#define BENCH_BISECT_MODES_H

#include "bisect/bisection.h"

/* The first bad kernel of an ordered list. */
int bisect_kernels(const struct bisect_options *options);

/* The least set of kernel arguments that makes the difference between none and all. */
int bisect_arguments(const struct bisect_options *options);

/* The first bad commit of a kernel's source. */
int bisect_commits(const struct bisect_options *options);

/* The least set of options in which two configurations differ. */
int bisect_configs(const struct bisect_options *options);

#endif
