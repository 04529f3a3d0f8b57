/* SPDX-License-Identifier: MIT */
/*
 * A bisection: which of several changes makes the difference between a good and a bad end. Its
 * folder has
 *
 *  question     what is asked; the same question continues the bisection
 *  log          a line for each point that was measured, or cannot be (bisect_log.h)
 *  points/      for each point a plan, and its study in exact mode
 *  image        a link to the image that packer made for the first point
 *  configs/     mixtures of two configurations
 *
 * A point is a kernel with arguments. Points with the same kernel and arguments share their study.
 */
#ifndef BENCH_BISECTION_H
#define BENCH_BISECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bisect/bisect_log.h"
#include "bisect/search.h"

enum { BISECT_LIST_MAX = 256 };

struct bisect_list {
	const char *at[BISECT_LIST_MAX];
	size_t count;
};

/* Strings are the caller's; NULL: not given. */
struct bisect_options {
	struct bisect_list kernels, words, configs, presets;
	const char *tree, *good, *bad;
	const char *image, *folder, *with, *measure, *memory, *qemu, *timeout;
	uint64_t runs, layouts;
	double at_least; /* 0: not given */
	char **command;	 /* ended by NULL */
};

struct bisection {
	const struct bisect_options *options;
	char *folder; /* owned */
	struct bisect_log log;
	struct bisect_entry good_end, bad_end;
	const struct figure *good, *bad; /* the figure that differs, of each end */
	struct bisect_problem {
		char *point, *problem; /* owned */
	} * problems;		       /* owned: of points that were skipped */
	size_t problem_count;
};

/*
 * Finds the kernel of a point. Returns 0 with its path in *kernel, or with what the point lacks in
 * *problem, either to be freed; or -1 after a message if bench itself failed.
 */
typedef int bisect_kernel(void *context, char **kernel, char **problem);

struct bisect_point {
	const char *name;  /* in the log; different for each point */
	const char *shown; /* in messages */
	const char *args;  /* kernel arguments, besides those of all points */
	bisect_kernel *kernel;
	void *context;
};

/*
 * Opens the folder for the question, or creates it. Returns 0, or -1 after a message. The caller
 * calls bisection_close() in either case.
 */
int bisection_open(struct bisection *b, const struct bisect_options *options, const char *question);
void bisection_close(struct bisection *b);

/*
 * Measures both ends, chooses the figure, and prints both values. Returns 0, or bench's exit status
 * after a message: an end cannot be measured, or the ends do not differ.
 */
int bisection_measure_ends(struct bisection *b, const struct bisect_point *good,
			   const struct bisect_point *bad);

/*
 * Measures a point between the ends, unless the log has it, and prints what it is. Returns 0, or
 * -1 after a message if bench itself failed.
 */
int bisection_judge(struct bisection *b, const struct bisect_point *point,
		    enum search_verdict *verdict);

/* A row of the final table. */
struct bisect_row {
	const char *role, *name, *shown; /* name: in the log */
};

/* Prints the values of these points, then the skipped ones and why. Returns 0, or -1. */
int bisection_print(const struct bisection *b, const struct bisect_row *rows, size_t count);

/*
 * Measures a kernel with arguments, in a study in the folder of the bisection, and continues one
 * that was interrupted. `repeats`: the first layout is booted again, to check that it gives the
 * same values. Returns 0 with the values, or the reason why it has none, in `entry`, and the
 * study's folder, to be freed, in *study; or -1 after a message if bench itself failed.
 */
int bisect_study_measure(const struct bisection *b, const char *kernel, const char *args,
			 bool repeats, struct bisect_entry *entry, char **study);

#endif
