/* SPDX-License-Identifier: MIT */
/*
 * All numbers of one boot: the samples of its experiment and the figures of its runs, each with
 * what it belongs to. A study keeps them in numbers/NNNNNNN.json, one file a boot.
 *
 * A series has the values of one name in one run, in the order in which they came. Up to
 * NUMBERS_EXACT values are kept as they are. Of more, a log-linear histogram is kept: each power of
 * two is cut into NUMBERS_BUCKETS equal parts, and a value becomes the middle of its part, so it is
 * wrong by at most 1 / (2 * NUMBERS_BUCKETS) of itself; minimum and maximum stay exact.
 *
 * The file is one JSON object:
 *
 *  format       1
 *  boot, block, cell, node, outcome, accel
 *               as in the journal (study_line.h)
 *  kernel, image, args, experiment
 *               the labels of the cell; again: true in the second copy of a cell
 *  arguments    the kernel arguments that the label stands for
 *  run          the command that the experiment's label stands for, if it is one
 *  kind         what times of this boot are: "time", "emulated time" or "instructions"
 *  init_ms      from the machine's start to init's first record, by the host's clock
 *  init_guest_ns
 *               from the kernel's start to init's first record, by the guest's clock
 *  host         load: the load average of the host at start and end; qemu_cpu_ms, qemu_wait_ms: the
 *               time for which QEMU ran, and for which it waited for a CPU
 *  environment  facts about the guest's kernel and machine (environment.h)
 *  better       "lower" or "higher" for names of which the experiment says which values are better
 *  series       an array of objects: command (from 1), run (from 1), warmup, name, unit, and
 * values; or count and histogram, an array of [value, count], with error, the relative one
 */
#ifndef BENCH_NUMBERS_H
#define BENCH_NUMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/result.h"
#include "statistics/boot_statistic.h"

enum {
	NUMBERS_FORMAT = 1,
	NUMBERS_EXACT = 16384,
	NUMBERS_BUCKETS = 256,
	NUMBERS_NAME_MAX = 128,
	NUMBERS_PROBLEM_MAX = 512,
	NUMBERS_COUNT_MAX = 1000 * 1000 * 1000, /* of commands, and of runs */
	NUMBERS_FILE_MAX = 256 * 1024 * 1024,
};

struct series {
	char *name; /* owned, as are the others: UTF-8, without NUL */
	char *unit; /* "" if it has none */
	uint64_t command, run;
	bool warmup;
	struct weighted *values; /* of weight 1 unless it is a histogram */
	size_t count, size;
	uint64_t samples; /* the sum of all weights */
	bool is_histogram;
	bool is_figure; /* of the run (result_figure_names), not a sample of the experiment */
	size_t next;	/* the measure's series of the next run; SIZE_MAX: none */
};

/* All series of a name in a command. */
struct numbers_measure {
	size_t first, last; /* the series of the first and the last run */
};

struct numbers {
	struct series *series; /* owned, in order of first appearance */
	size_t count, size;
	struct numbers_measure *measures; /* owned, in order of first appearance */
	size_t measure_count, measure_size;
	json_t *places;			   /* owned: the index of each measure, by "COMMAND NAME" */
	uint64_t commands;		   /* the highest number of a command that ran */
	uint64_t not_samples;		   /* the experiment's lines that are not NAME VALUE UNIT */
	char problem[NUMBERS_PROBLEM_MAX]; /* why the samples cannot be kept, one line; "": none */
};

/*
 * Collects all numbers of a boot's result, or none, and describes the `problem`, if a name is that
 * of a figure (result_figure_names), longer than NUMBERS_NAME_MAX or not UTF-8, if a name has two
 * units in a command, or if a run or command lacks a valid number. Returns 0, or -1 with errno
 * ENOMEM. The caller calls numbers_free() in either case.
 */
int numbers_collect(struct numbers *numbers, const struct result *result);

/* The unit of a figure (result_figure_names); NULL: no figure has this name. */
const char *numbers_figure_unit(const char *name);

/* The array `series` of a file; NULL: out of memory. */
json_t *numbers_json(const struct numbers *numbers);

/* Reads the array `series` of a file. Returns 0, or -1 if it is invalid. Free it in either case. */
int numbers_read(struct numbers *numbers, const json_t *series);

void numbers_free(struct numbers *numbers);

/* What times of a boot are: "time", "emulated time" or "instructions". `accel` may be NULL. */
const char *numbers_kind(bool is_exact, const char *accel);

/*
 * The unit as printed: with the kind of time unless it is real time, in exact mode with the number
 * of instructions. To be freed.
 */
char *numbers_unit(const char *unit, const char *kind);

/* Values of one measure, in the order in which they came. */
struct gathered {
	struct weighted *values; /* owned */
	size_t count, size;
	bool is_histogram; /* some are sorted and of different weight */
};

/*
 * Gathers the values of a measure from all measured runs, without the warm-up. Returns 0, or -1
 * with errno ENOMEM.
 */
int numbers_gather(const struct numbers *numbers, size_t measure, struct gathered *gathered);

#endif
