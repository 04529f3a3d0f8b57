/* SPDX-License-Identifier: MIT */
/* Prints the progress of a study: on stderr while it runs, and as a table. */
#ifndef BENCH_STUDY_PROGRESS_H
#define BENCH_STUDY_PROGRESS_H

#include <stdbool.h>

#include "study/study.h"

struct study_progress {
	bool is_terminal, is_shown;
	const char *cell;      /* cell of the last started boot; NULL: none yet */
	double started;	       /* when that boot started, by seconds_now() */
	double begun;	       /* when this process started */
	double ended;	       /* when the last boot ended; until then, `begun` */
	uint64_t boots_before; /* made by earlier processes */
	bool is_stopping;
};

struct study_progress study_progress_make(const struct study *s);

/* Whether there is a status line to rewrite regularly. */
bool study_progress_is_live(const struct study_progress *t);

/*
 * On a terminal, rewrites the status line: cell, boots done and left, time left, outcomes so far.
 */
void study_progress_live(struct study_progress *t, const struct study *s, unsigned running);
void study_progress_clear(struct study_progress *t);

/* Prints a line for a boot that has ended; on a terminal only if it was not ok. */
void study_progress_boot(struct study_progress *t, const struct study *s,
			 const struct study_line *line);

/* Prints that the study will end after the running boots. */
void study_progress_stopping(struct study_progress *t, unsigned running);

/*
 * Prints all cells with their boots and outcomes to stdout. If a terminal has too few lines, prints
 * only the cells that are not finished or had outcomes other than ok, as many as fit, and how many
 * cells are in each state. Then prints the number of boots left and their time, estimated from
 * earlier boots with `running` at once. Returns 0, or -1 after a message.
 */
int study_progress_table(const struct study *s, unsigned running);

/*
 * Estimates the seconds for `left` boots, `running` of them under way, if one ends every `each`
 * seconds and the last ended `since` seconds ago. While boots run the estimate never grows. Pure.
 */
double study_progress_seconds_left(double each, uint64_t left, unsigned running, double since);

#endif
