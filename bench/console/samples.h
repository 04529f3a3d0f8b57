/* SPDX-License-Identifier: MIT */
/*
 * Parses the numbers that an experiment writes to LULL_RESULTS_FD: lines "NAME VALUE UNIT",
 * separated by single blanks. Pure.
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

struct samples {
	const char *at;
	size_t left;
};

/* Owns nothing: it points into the lines. */
struct sample {
	bool is_valid;	  /* if false, `name` is the whole line */
	const char *name; /* any bytes except blanks and newlines */
	size_t name_length;
	double value; /* finite */
	const char *unit;
	size_t unit_length;
};

struct samples samples_in(const char *bytes, size_t length);

/* Parses the next line. Returns false after the last. */
bool samples_next(struct samples *samples, struct sample *sample);

#endif
