/* SPDX-License-Identifier: MIT */
/*
 * A line of a study's journal: one boot, as one JSON object without newlines. Its keys:
 *
 *  boot         its number, from 1, which names its console
 *  cell         name of the cell
 *  block        number in the order, from 0
 *  node         of the plan, if the plan has nodes
 *  outcome      as in bench boot --json; so are reason, status and evidence
 *  init         whether init has sent its hello record
 *  started      the time, UTC
 *  wall_ms      duration of the whole boot
 *  accel, qemu  accelerator, version of QEMU
 *  values       name and median, over the measured runs of a boot with a verdict, of each figure
 *               and sample
 *  units        of the samples: lines "NAME UNIT"
 *  no_values    in place of these two: why there are no values
 *  not_samples  number of the experiment's lines that are not samples
 *  build_id     as the kernel reported it
 *  records      SHA-256 of all that the guest sent, if that is complete
 *  console      bytes of the console's file
 */
#ifndef BENCH_STUDY_LINE_H
#define BENCH_STUDY_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"
#include "console/result.h"
#include "report/numbers.h"
#include "report/report_json.h"
#include "statistics/boot_statistic.h"

enum { STUDY_LINE_FORMAT = 2 };

enum { STUDY_TIME_MAX = 32 };

/* JSON readers keep whole numbers up to this exactly. */
#define STUDY_NUMBER_MAX (UINT64_C(1) << 53)

/* A boot to be written. Pointers are owned by the caller. */
struct study_boot {
	uint64_t number, block;
	const char *cell;
	const char *node; /* NULL: the plan has no nodes */
	struct report *report;
	struct evidence *evidence; /* NULL: no evidence */
	const char *started;
	double seconds;
	const struct numbers *numbers;	 /* NULL: none, as there was no verdict */
	struct boot_statistic statistic; /* of the values */
	const char *numbers_sha256;	 /* of the file in numbers/; NULL: no file */
	uint64_t console_bytes;
};

/* Returns the line without newline, to be freed; NULL if out of memory. */
char *study_line_make(const struct study_boot *boot);

/* A parsed line. The JSON object owns the strings. */
struct study_line {
	json_t *json; /* owned */
	uint64_t number, block, console_bytes, wall_ms;
	const char *cell, *outcome_name;
	enum outcome outcome;
	bool init;
	double seconds;
	int status;
	const char *reason;   /* may be empty */
	const char *build_id; /* NULL: unknown; so for the next ones */
	const char *accel;
	const char *node;
	const char *records;
	const char *no_values; /* why there are no values: in journals of an older bench */
	const char *numbers;   /* SHA-256 of the file of its numbers */
	json_t *values;
};

/*
 * Call it with true before reading many lines, and with false after: it makes jansson's memory
 * allocation faster. In between, each line must be freed before the next is read, and jansson must
 * not be used for anything else.
 */
void study_line_many(bool many);

/* Parses a line. Returns 0, or -1 if it is invalid; the caller calls study_line_free() after 0. */
int study_line_read(struct study_line *line, const char *text, size_t length);
void study_line_free(struct study_line *line);

/* Looks up a value. Returns false if the line has none of that name. */
bool study_line_value(const struct study_line *line, const char *name, double *value);

#endif
