/* SPDX-License-Identifier: MIT */
/*
 * How much worse a cell may be than the one with which it is compared, as an exit status for
 * scripts and for `git bisect run`.
 */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include <stdbool.h>

#include "answer/answer.h"

struct limits {
	bool has_percent; /* --worse-than */
	double percent;	  /* a fraction */
	uint64_t least;	  /* --at-least, instructions; 0: not set */
};

/* One comparison: the interval of a ratio's logarithm or of a difference; or its range. */
struct limited {
	const struct answer_measure *measure;
	const char *cell;
	bool is_known; /* false: low and high must not be used */
	double low, high;
	bool is_ratio;
	double baseline; /* the number of the baseline, in the measure's unit */
};

/* The comparisons so far. */
struct limits_result {
	const struct limits *limits;
	const char *kind;		/* as in struct answer */
	size_t rows, exceeded, unknown; /* `rows`: all that have been judged */
};

bool limits_are_set(const struct limits *limits);

/* Judges a comparison, and prints a line if it exceeds the limit, or if that is unknown. */
void limits_add(struct limits_result *result, const struct limited *limited);

/* Prints a line unless limits_add() did, and returns bench's exit status: 0, 1 or 125. */
int limits_finish(const struct limits_result *result);

/*
 * Checks that the limits fit some measures: --worse-than needs a direction of each, --at-least
 * instructions of one. `kind` is as in struct answer. Returns 0, or -1 after a message.
 */
int limits_check_measures(const struct limits *limits, const struct answer_measure *const *measures,
			  size_t count, const char *kind);

/*
 * Checks that the limits fit the measures of an answer that the options show. Returns 0, or -1
 * after a message.
 */
int limits_check(const struct limits *limits, const struct answer *answer,
		 const struct answer_options *options);

/* Judges all comparisons of an answer that the options show. Returns bench's exit status. */
int limits_answer(const struct limits *limits, const struct answer *answer,
		  const struct answer_options *options);

#endif
