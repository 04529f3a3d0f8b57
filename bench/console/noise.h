/* SPDX-License-Identifier: MIT */
/* How much may disturb a measured run. Pure. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#include "console/result.h"

/* By figure, in its own unit: the most that is allowed, where it has a limit. */
struct noise_limits {
	bool has[FIGURES];
	uint64_t max[FIGURES];
};

struct noise {
	const struct result_run *run; /* the result's own */
	enum result_figure figure;
	uint64_t max;
};

/*
 * Finds the first measured run that exceeds a limit, and which; a run whose exit record does not tell a figure does not
 * exceed it. False: none does.
 */
bool noise_find(struct noise *noise, const struct result *r, const struct noise_limits *limits);

#endif
