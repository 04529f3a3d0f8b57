/* SPDX-License-Identifier: MIT */
/*
 * Compares two studies: cells with the same labels, or one chosen cell of each. They have no blocks
 * in common, so their boots are compared unpaired (statistics/unpaired.h). A difference may be that
 * of the hosts, the days or anything else that changed between the studies.
 *
 * In exact mode a number depends on nothing but the cell and the layout: cells are compared in each
 * layout, as within a study (exact.h).
 */
#ifndef BENCH_TWO_STUDIES_H
#define BENCH_TWO_STUDIES_H

#include "answer/answer.h"
#include "answer/limits.h"
#include "statistics/unpaired.h"

struct studies_row {
	const struct answer_measure *measures[2]; /* of the two studies */
	size_t cells[2];
	bool is_ratio;
	struct unpaired unpaired; /* of logarithms or differences */
	double holm;
	size_t layouts; /* exact mode, as in struct answer_row */
	double least, most;
	bool repeats; /* exact mode: all boots of a layout have the same value */
	enum answer_verdict verdict;
};

struct two_studies {
	struct answer answers[2];
	int made;		  /* of the answers */
	struct studies_row *rows; /* owned */
	size_t count;
	size_t pairs;		/* of cells */
	bool is_chosen;		/* a cell of each was named */
	size_t other_statistic; /* measures left out, as the plans summarize them differently */
	json_t *differences;	/* origin.h */
	bool is_exact, has_verdicts;
};

/*
 * Compares studies that are open for reading. `cells`: the name or label of a cell of each, or
 * NULL: all cells with the same name. `options` has the margin and the measure. Returns 0, or
 * bench's exit status after a message. The caller calls two_studies_free() in either case.
 */
int two_studies_make(struct two_studies *t, struct study *const studies[2],
		     const char *const cells[2], const struct answer_options *options);
void two_studies_free(struct two_studies *t);

/* Prints differences of origin, warnings and the table. Returns 0, or -1 after a message. */
int two_studies_print(const struct two_studies *t, const struct answer_options *options);

/* As limits_check() and limits_answer(). */
int two_studies_check_limits(const struct two_studies *t, const struct limits *limits,
			     const struct answer_options *options);
int two_studies_limits(const struct two_studies *t, const struct limits *limits,
		       const struct answer_options *options);

#endif
