/* SPDX-License-Identifier: MIT */
/*
 * Results of a study: for each measure and cell the numbers of its boots, their comparison with the
 * baseline cell, and a verdict. Each boot counts with one number, a statistic over its samples; the
 * comparison is within blocks (statistics/paired.h).
 *
 * Cells are compared with the baseline of their group. Without --baseline it is the first cell of
 * the plan; if kernels, images or arguments vary, each experiment has its own. If the plan boots
 * the baseline `twice`, both copies together are the baseline: the mean of their logarithms.
 * A measure is a name of a command in one unit.
 *
 * In exact mode boots of a cell repeat to the byte, and only memory layout changes their numbers:
 * cells are compared in each layout (boot/layout.h), without intervals and tests.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statistics/boot_statistic.h"
#include "statistics/measure.h"
#include "statistics/moments.h"
#include "statistics/paired.h"
#include "study/study.h"

/* The margin unless --margin names one: same within 1 %. */
#define ANSWER_MARGIN 0.01

enum answer_verdict {
	ANSWER_NONE, /* a baseline, a second copy, or an unfinished study */
	ANSWER_LESS, /* Holm's p is below PAIRED_ALPHA */
	ANSWER_MORE,
	ANSWER_SAME, /* the interval lies within the margin */
	ANSWER_CANNOT_TELL,
};

/* One cell in one measure. */
struct answer_row {
	size_t cell;	  /* index in study->cells */
	double *values;	  /* owned: one for each block of the answer; NAN: no such boot */
	size_t boots;	  /* with a value */
	double center;	  /* the median of the boots' values */
	double variation; /* their coefficient of variation; NAN: unknown */
	/* Exact mode: all boots of a layout have the same value; how far values of layouts differ.
	 */
	bool is_identical;
	double spread;
	/* Compared with the baseline, unless it is the baseline: of logarithms or differences. */
	bool is_compared;
	struct paired paired;
	double holm;	    /* the corrected p */
	size_t layouts;	    /* exact mode: of the comparison */
	double least, most; /* exact mode: of the differences in its layouts */
	enum answer_verdict verdict;
	size_t blocks_to_tell; /* 0: unknown */
};

struct answer_measure {
	uint64_t command;	  /* from 1 */
	char *name, *unit;	  /* owned */
	bool is_figure;		  /* of a run, not a sample of the experiment */
	bool is_chosen;		  /* by the plan's `measure` */
	enum direction direction; /* by the plan, else by the experiment, else by the unit */
	enum direction stated;	  /* by the experiment */
	bool is_planned;	  /* the plan sets the direction */
	bool is_disputed;	  /* experiments disagree, so it has no direction */
	struct boot_statistic statistic;
	bool is_exact; /* of exact mode */
	bool is_ratio; /* of logarithms; else values are zero or negative, and differences count */
	struct answer_row *rows;	   /* owned: one for each cell */
	struct moments within, within_log; /* variance.h */
	struct moments warm_up; /* of log(first third / last third) of a boot's samples */
};

struct answer_cell {
	char *label;	 /* owned: the labels that are not the same in all cells */
	size_t baseline; /* itself: it is a baseline */
	size_t twin;	 /* the second copy of the cell; the cell itself: it has none */
	bool is_twin;
	uint64_t *layouts;	 /* owned: exact mode: of the boot in each block */
	bool does_not_repeat;	 /* exact mode: boots of a layout sent different records */
	bool is_hidden;		 /* neither compared nor shown */
	uint64_t boots, dropped; /* all, and those without outcome ok */
};

struct warnings;

struct answer {
	struct study *study;
	struct answer_cell *cells; /* owned, as are the others; study->cells.count elements */
	uint64_t *blocks;	   /* numbers of the blocks, sorted */
	size_t block_count;
	struct answer_measure *measures;
	json_t *places; /* the index of each measure, by "COMMAND NAME UNIT" */
	size_t count;
	uint64_t commands; /* the highest number of a command */
	uint64_t boots, used;
	uint64_t without_numbers; /* boots of an older bench */
	size_t tests;		  /* rows that are compared: Holm's family */
	double margin;		  /* a fraction: same within */
	bool is_interim;	  /* boots are still to come: no verdicts */
	bool twins_differ;
	const char *kind; /* of times: "time", "emulated time" or "instructions" */
	struct warnings *collected;
	char **warnings; /* each one line */
	size_t warning_count;
};

struct answer_options {
	const char *baseline; /* a cell's name or label; NULL: chosen as above */
	const char *cell;     /* compare only this one with the baseline; NULL: all */
	double margin;
	const char *measure; /* show only this name; NULL: all. The family stays all */
};

/*
 * Reads the study's journal and numbers, and compares. Returns 0, or -1 after a message. The caller
 * calls answer_free() in either case.
 */
int answer_make(struct answer *answer, struct study *study, const struct answer_options *options);
void answer_free(struct answer *answer);

/*
 * Looks up a cell by its name or label; second copies are not found. If it does not exist, prints
 * a message and returns cells.count.
 */
size_t answer_find_cell(const struct answer *answer, const char *name);

/* Returns whether the cell is compared with a baseline, as a test. */
bool answer_is_test(const struct answer *answer, size_t cell);

/*
 * Sets the direction that the experiment of a boot states, in the key `better` of an object, unless
 * the plan sets one.
 */
void answer_set_direction(struct answer_measure *measure, const json_t *boot);

/*
 * Returns whether a figure of the runs is compared if the experiment reports nothing: more tests
 * need more blocks, so the others are for a plan's `measure`.
 */
bool answer_is_usual_figure(const struct answer_measure *measure);

/* Returns whether the options show the measure. */
bool answer_is_shown(const struct answer_measure *measure, const struct answer_options *options);

/* Returns whether a measure of the table has this name, NAME or COMMAND:NAME. */
bool answer_has_measure(const struct answer *answer, const char *name);

/* The name of a verdict: "faster", "slower", "better", "worse", "less", "more", "same" ... */
const char *answer_verdict_name(const struct answer_measure *measure, enum answer_verdict verdict);

#endif
