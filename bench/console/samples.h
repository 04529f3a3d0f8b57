/* SPDX-License-Identifier: MIT */
/*
 * Numbers that an experiment gives by LULL_RESULTS_FD: lines "NAME VALUE UNIT", one blank between.
 * Pure.
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

struct samples {
	const char *at;
	size_t left;
};

/* Nothing in it is owned: it points into the lines. */
struct sample {
	bool is_valid;	  /* else `name` is the whole line */
	const char *name; /* any bytes but blanks and newlines */
	size_t name_length;
	double value; /* finite */
	const char *unit;
	size_t unit_length;
};

struct samples samples_in(const char *bytes, size_t length);

/* The next line. Returns false behind the last. */
bool samples_next(struct samples *samples, struct sample *sample);

#endif
