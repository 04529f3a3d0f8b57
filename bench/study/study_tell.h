/* SPDX-License-Identifier: MIT */
/* What a person sees of a study: while it runs, on stderr, and as a table. */
#ifndef BENCH_STUDY_TELL_H
#define BENCH_STUDY_TELL_H

#include <stdbool.h>

#include "study/study.h"

struct study_tell {
	bool is_terminal, is_shown;
	const char *cell;      /* the boot that was started last; NULL: none was */
	double started;	       /* when, by seconds_now() */
	double begun;	       /* when this process began */
	double ended;	       /* when the last boot ended; before one has, as `begun` */
	uint64_t boots_before; /* that earlier processes had made */
	bool is_stopping;
};

struct study_tell study_tell_make(const struct study *s);

/* Whether there is a line that wants to be rewritten now and then. */
bool study_tell_is_live(const struct study_tell *t);

/*
 * On a terminal, rewrites the status line: cell, boots done and left, time left, outcomes so far.
 */
void study_tell_live(struct study_tell *t, const struct study *s, unsigned running);
void study_tell_clear(struct study_tell *t);

/* A boot has ended: a line, on a terminal only where it was not ok. */
void study_tell_boot(struct study_tell *t, const struct study *s, const struct study_line *line);

/* The study will end after the boots under way. */
void study_tell_stopping(struct study_tell *t, unsigned running);

/*
 * Prints all cells with their boots and outcomes to stdout; on a terminal that has not so many
 * lines those that are not finished or had other outcomes than ok, as many as fit, and how many
 * there are. Below are the boots to come and the time that they take, by those that ended and at
 * `running` at once. Returns 0, or -1 after telling why not.
 */
int study_tell_table(const struct study *s, unsigned running);

/*
 * About how many seconds `left` boots take, `running` of them under way, at one in `each` seconds,
 * when the last ended `since` ago: while boots run that only falls. Pure.
 */
double study_tell_seconds_left(double each, uint64_t left, unsigned running, double since);

/* Appends the outcomes of one cell, as `3 ok, 1 panic`; of all cells if it is NULL. */
void study_tell_outcomes(struct text *t, const struct study *s, const struct queue_cell *cell);

#endif
