/* SPDX-License-Identifier: MIT */
/*
 * A line of a study's journal: one boot, as one JSON object without newlines.
 *
 * boot      its number, from 1, by which its console is called
 * cell      name of the cell; block: of the order, from 0; node: of the plan that it ran on, where
 * that has nodes outcome   as in bench boot --json, with reason, status and evidence as there init
 * whether init has spoken started   the time, UTC; wall_ms: the whole boot; accel, qemu (its
 * version) values    name and median, over the measured runs of a boot that has a verdict, of each
 * figure and sample; units: of the samples, lines "NAME UNIT"; no_values in their place: why there
 * are none; not_samples: lines of the experiment's that are no samples build_id  of the kernel, as
 * it told it; records: SHA-256 of all that the guest sent, where that is complete console   bytes
 * of the console's file
 */
#ifndef BENCH_STUDY_LINE_H
#define BENCH_STUDY_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"
#include "console/result.h"
#include "report/report_json.h"

enum { STUDY_VALUES_MAX = 64, STUDY_NAME_MAX = 128, STUDY_VALUES_PROBLEM_MAX = 512 };

struct study_value {
	char name[STUDY_NAME_MAX + 1]; /* UTF-8, without NUL */
	const char *unit; /* bytes of the result; NULL: of a figure, whose name says it */
	size_t unit_length;
	double median;
	double *all; /* owned */
	size_t count, size;
};

struct study_values {
	struct study_value at[STUDY_VALUES_MAX];
	size_t count;
	uint64_t commands; /* highest number of a command that was run; with more than one there are
			      no values */
	uint64_t not_samples; /* lines of the experiment's that are not NAME VALUE UNIT */
	char problem[STUDY_VALUES_PROBLEM_MAX]; /* why the values cannot be kept, one line; "": they
						   can */
};

/*
 * Reads all figures of the runs (result_figure_names), and the samples by their names, in the order
 * in which they first come. Values of several commands would be pooled, so there are none. More
 * than STUDY_VALUES_MAX names, a name that is a figure's, is longer than STUDY_NAME_MAX or is not
 * UTF-8, or a name with two units is a `problem`, and then there are none either. Returns 0, or -1
 * with errno ENOMEM; study_values_free() is due either way.
 */
int study_values_read(struct study_values *values, const struct result *result);

void study_values_free(struct study_values *values);

enum { STUDY_TIME_MAX = 32 };

/* Readers of JSON keep whole numbers up to here exactly. */
#define STUDY_NUMBER_MAX (UINT64_C(1) << 53)

/* What is written of a boot; pointers are the caller's. */
struct study_boot {
	uint64_t number, block;
	const char *cell;
	const char *node; /* NULL: the plan has none */
	struct report *report;
	struct evidence *evidence; /* NULL: there is nothing to quote */
	const char *started;
	double seconds;
	const struct study_values *values; /* NULL: none */
	uint64_t console_bytes;
};

/* Returns the line, to be freed, without newline; NULL if there is no memory. */
char *study_line_make(const struct study_boot *boot);

/* What is read of it. The object keeps the strings. */
struct study_line {
	json_t *json; /* owned */
	uint64_t number, block, console_bytes, wall_ms;
	const char *cell, *outcome_name;
	enum outcome outcome;
	bool init;
	double seconds;
	int status;
	const char *reason;   /* may be empty */
	const char *build_id; /* NULL: unknown; the next four also */
	const char *accel;
	const char *node;
	const char *records;
	const char *no_values; /* why there are none */
	json_t *values;
};

/*
 * Before many lines are read, and after: that is faster then, by how jansson gets its memory.
 * Meanwhile each line is freed before the next is read, and nothing else is done with jansson.
 */
void study_line_many(bool many);

/* Returns 0, or -1 if it is no such line; study_line_free() is due after 0. */
int study_line_read(struct study_line *line, const char *text, size_t length);
void study_line_free(struct study_line *line);

/* A value of it. Returns false where there is none of that name. */
bool study_line_value(const struct study_line *line, const char *name, double *value);

#endif
