/* SPDX-License-Identifier: MIT */
/*
 * Chooses the next cell to boot: randomised complete blocks. A block boots each cell that still
 * needs boots once, in an order drawn only from the seed and the block's number, so a study keeps
 * its order after an interruption. With n machines each has its own blocks: machine i those with
 * the numbers i, i + n, i + 2 n ..., so that differences between machines affect all cells alike. A
 * machine starts a block with the cells that will still need boots after the current blocks of all
 * machines, and boots all of it. The memory does not grow with the number of boots. Pure.
 *
 * With a wanted precision, each machine waits for the end of a block before the next, and the
 * comparisons are looked at after each whole block, from QUEUE_BLOCKS_LEAST blocks on. The boots
 * are done when the 95 % intervals of all of them are narrow enough at QUEUE_LOOKS blocks in a row:
 * an interval that is narrow for once is too often one that misses the truth (test_coverage).
 */
#ifndef BENCH_QUEUE_H
#define BENCH_QUEUE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"
#include "statistics/moments.h"

enum { QUEUE_BLOCKS_LEAST = 8, QUEUE_LOOKS = 5 };

struct queue_rules {
	uint64_t boots, limit, tries; /* study_plan.h */
	double precision;	      /* a fraction; 0: not set */
	uint64_t seed;
	size_t machines; /* 0: one machine */
};

enum queue_state {
	CELL_OPEN,
	CELL_DONE,     /* it has all boots that are wanted */
	CELL_LIMITED,  /* it has reached its limit of boots */
	CELL_GIVEN_UP, /* it, or its kernel, has only failed */
};

/* What is known of a cell before its boots. */
struct queue_what {
	size_t kernel;
	size_t variant;	 /* its image and arguments, on which the kernel's start may depend */
	size_t baseline; /* the cell that it is compared with; itself: none */
	bool is_again;	 /* the second copy of the cell before */
};

struct queue_cell {
	struct queue_what what;
	uint64_t outcomes[OUTCOMES];
	uint64_t boots;	  /* of any outcome */
	uint64_t counted; /* of these, with outcome ok */
	uint64_t excused; /* of these, failures for which one of several machines is to blame */
	uint64_t earlier, earlier_counted; /* boots before the study was extended, and those of
					      them with outcome ok: not of the current plan */
	uint64_t failures;		   /* consecutive failed boots */
	uint64_t promised; /* boots running or still to come in the machines' current blocks */
	enum queue_state state;
	struct moments values; /* of its boots */
	/* Of the differences from the baseline within whole blocks, and of their logarithms. */
	struct moments differences, ratios;
	bool is_ratio;	/* all these values are above 0 */
	double seconds; /* total duration of its boots */
};

/* The state of a cell on one machine. */
struct queue_place {
	uint64_t next; /* the machine's first block in which the cell was not booted */
	bool is_ahead; /* the cell is still to come in the machine's current block */
	bool under_way;
	double values[2]; /* of the last boot that ended, and the one before; NAN: none */
};

/* A machine and its current block. */
struct queue_machine {
	size_t *order; /* owned */
	size_t position;
	uint64_t block;
	uint64_t looked; /* one more than the last block after which it was looked at */
	bool came_up;	 /* some kernel's init has started on it */
};

struct queue_kernel {
	uint64_t failures; /* boots in which init did not start; no longer counted once it has */
	size_t variant;	   /* of the last of these boots */
	bool is_several;   /* these boots were of more than one variant */
	bool has_several;
	bool came_up;
	bool given_up;
};

struct queue {
	struct queue_rules rules;
	struct queue_cell *cells; /* owned, as are the other pointers */
	size_t count;
	struct queue_kernel *kernels;
	size_t kernel_count;
	struct queue_machine *machines; /* rules.machines elements */
	struct queue_place *places; /* of the first cell on each machine, then of the second, ... */
	unsigned looks;		    /* blocks in a row at which all comparisons were precise */
	bool has_comparisons;	    /* some cell is compared with another */
	gsl_rng *rng;
	uint64_t under_way;
	uint64_t boots; /* boots that have ended */
};

/* A boot that has ended. */
struct queue_boot {
	size_t cell;
	uint64_t block;
	enum outcome outcome;
	bool came_up;	/* init has started, on the right kernel */
	bool is_target; /* the target or bench failed, which says nothing about the kernel */
	bool has_value;
	double value; /* whose precision is wanted */
	double seconds;
};

/*
 * Makes a queue of `count` cells; the kernels' numbers are below kernel_count. Returns 0, or -1
 * with errno ENOMEM; the caller calls queue_free() in either case.
 */
int queue_make(struct queue *q, const struct queue_rules *rules, const struct queue_what *what,
	       size_t count, size_t kernel_count);
void queue_free(struct queue *q);

/*
 * The study was extended: from the block `first` on, only cells that are marked are booted, as
 * often as the rules say, not counting earlier boots. All earlier boots must have been counted.
 */
void queue_extend(struct queue *q, uint64_t first, const bool *marked);

/* The first block that no machine has reached. */
uint64_t queue_end(const struct queue *q);

/* Counts a boot of this process or an earlier one. */
void queue_count(struct queue *q, const struct queue_boot *boot);

/*
 * The block of a cell's next boot on the machine of a block. A cell is booted in all blocks of a
 * machine, in order.
 */
uint64_t queue_next_block(const struct queue *q, size_t cell, uint64_t block);

enum queue_next { QUEUE_NEXT, QUEUE_WAIT, QUEUE_EMPTY };

/*
 * Takes a machine's next boot from the queue. QUEUE_WAIT: the next boot depends on a running one;
 * QUEUE_EMPTY: no boots are left. Earlier boots must be counted before the first call.
 */
enum queue_next queue_take(struct queue *q, size_t machine, size_t *cell, uint64_t *block);

/* Drops a machine: the rest of its block is booted by others, and it must take no more boots. */
void queue_give_up(struct queue *q, size_t machine);

/*
 * Whether one of several machines, that of the boot's block, is to blame for the outcome, as far as
 * known before the boot is counted: the target failed, or a kernel that came up elsewhere did not
 * come up here, or none ever did here.
 */
bool queue_blames_machine(const struct queue *q, const struct queue_boot *boot);

/* Puts a taken boot back: it did not end and is not counted. */
void queue_put_back(struct queue *q, size_t cell, uint64_t block);

/*
 * Half the width of the 95 % interval (Student's t) of the cell's ratio to its baseline, or of its
 * mean if no cell is compared, as a fraction; infinite if unknown. NAN: the cell is a baseline or a
 * second copy.
 */
double queue_precision(const struct queue *q, size_t cell);

/* Estimates the number of boots left, including running ones; never above the limits. */
uint64_t queue_left(const struct queue *q);

#endif
