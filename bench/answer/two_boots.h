/* SPDX-License-Identifier: MIT */
/*
 * Compares two recorded boots. Numbers of one boot each do not show how much boots differ, so there
 * is no verdict on times. In exact mode boots repeat, and the difference is that of the two.
 */
#ifndef BENCH_TWO_BOOTS_H
#define BENCH_TWO_BOOTS_H

#include "answer/answer.h"
#include "answer/limits.h"
#include "answer/recorded_boot.h"

struct boots_row {
	struct answer_measure measure; /* its strings are those of the first boot's numbers */
	double values[2];	       /* the statistic of each boot */
};

struct two_boots {
	const char *paths[2];
	struct recorded_boot boots[2];
	int read;		/* of the boots */
	struct boots_row *rows; /* owned */
	size_t count;
	uint64_t commands;
	json_t *differences; /* origin.h */
	const char *kind;    /* of times, as in struct answer */
	bool is_exact;
};

/*
 * Reads both files, and compares the measures that both have: the samples, or the usual figures if
 * there are none, or the measure of the options. Returns 0, or bench's exit status after a message.
 * The caller calls two_boots_free() in either case.
 */
int two_boots_make(struct two_boots *t, const char *const paths[2],
		   const struct answer_options *options);
void two_boots_free(struct two_boots *t);

/* Prints differences of origin and the table. Returns 0, or -1 after a message. */
int two_boots_print(const struct two_boots *t);

/* As limits_check() and limits_answer(). */
int two_boots_check_limits(const struct two_boots *t, const struct limits *limits);
int two_boots_limits(const struct two_boots *t, const struct limits *limits);

#endif
