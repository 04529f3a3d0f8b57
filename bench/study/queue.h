/* SPDX-License-Identifier: MIT */
/*
 * Which cell is booted next: randomised complete blocks. A block boots every cell that still lacks
 * boots once, in an order drawn from the seed and the block's number alone, so a study that goes on
 * after an interruption goes on in the same order. Several machines have blocks each of its own,
 * machine i of n those with the numbers i, i + n, i + 2 n ...: what the machines differ by then
 * falls on all cells alike. One begins a block of what the blocks of all that are under way will
 * leave to boot, and boots it whole. Nothing in it grows with the number of boots. Pure.
 */
#ifndef BENCH_QUEUE_H
#define BENCH_QUEUE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"

struct queue_rules {
	uint64_t boots, limit, tries; /* study_plan.h */
	double precision;
	uint64_t seed;
	size_t machines; /* 0: one */
};

enum queue_state {
	CELL_OPEN,
	CELL_DONE,     /* it has all that is wanted */
	CELL_LIMITED,  /* it has had as many boots as it may */
	CELL_GIVEN_UP, /* it, or its kernel, gives nothing */
};

/* What is known of a cell. Means and deviations by Welford's method. */
struct queue_cell {
	size_t kernel, variant;
	uint64_t outcomes[OUTCOMES];
	uint64_t boots;	   /* in all */
	uint64_t counted;  /* of them ok */
	uint64_t excused;  /* of them for which one machine of several is to blame */
	uint64_t vain;	   /* in a row that gave nothing */
	uint64_t promised; /* boots under way or to come in the blocks that machines are at */
	enum queue_state state;
	uint64_t values;
	double mean, squares; /* of the values; the sum of squared differences from it */
	double seconds;	      /* that its boots took, in all */
};

/* A cell on one machine. */
struct queue_place {
	uint64_t next; /* the first block of that machine in which it was not booted */
	bool is_ahead; /* it is still to come in the block that the machine is at */
	bool under_way;
};

/* A machine, and the block that it is at. */
struct queue_machine {
	size_t *order; /* owned */
	size_t position;
	uint64_t block;
	bool came_up; /* some kernel's init has spoken on it */
};

struct queue_kernel {
	uint64_t
	    vain; /* boots without a word of init, all that it had; none any more once it came up */
	size_t variant;	 /* of the first of them */
	bool is_several; /* they were of more than one variant */
	bool has_several;
	bool came_up;
	bool given_up;
};

struct queue {
	struct queue_rules rules;
	struct queue_cell *cells; /* owned, as the rest */
	size_t count;
	struct queue_kernel *kernels;
	size_t kernel_count;
	struct queue_machine *machines; /* rules.machines of them */
	struct queue_place *places; /* of the first cell on each machine, then of the second, ... */
	gsl_rng *rng;
	uint64_t under_way;
	uint64_t boots; /* that have ended */
};

/*
 * What a cell is of: its kernel, and what else a kernel might not come up for, its image and
 * arguments, as one number.
 */
struct queue_what {
	size_t kernel, variant;
};

/* One boot that has ended. */
struct queue_boot {
	size_t cell;
	uint64_t block;
	enum outcome outcome;
	bool came_up;	/* init has spoken, of the right kernel */
	bool is_target; /* it is the target's or bench's failure, and says nothing of the kernel */
	bool has_value;
	double value; /* of which the precision is wanted */
	double seconds;
};

/*
 * A queue of `count` cells; the kernels' numbers are below kernel_count. Returns 0, or -1 with
 * errno ENOMEM; queue_free() is due either way.
 */
int queue_make(struct queue *q, const struct queue_rules *rules, const struct queue_what *what,
	       size_t count, size_t kernel_count);
void queue_free(struct queue *q);

/* Counts a boot, of this process or an earlier one. */
void queue_count(struct queue *q, const struct queue_boot *boot);

/*
 * The block of the next boot of a cell on the machine of a block: its boots there are in all of
 * that machine's blocks.
 */
uint64_t queue_next_block(const struct queue *q, size_t cell, uint64_t block);

enum queue_next { QUEUE_NEXT, QUEUE_WAIT, QUEUE_EMPTY };

/*
 * Takes the next boot of a machine out. QUEUE_WAIT: only when a boot under way has ended is it
 * known what comes; QUEUE_EMPTY: nothing comes any more. Earlier boots are to be counted before the
 * first call.
 */
enum queue_next queue_take(struct queue *q, size_t machine, size_t *cell, uint64_t *block);

/*
 * What is still to come in a machine's block comes on others: it is given up, and takes nothing any
 * more.
 */
void queue_give_up(struct queue *q, size_t machine);

/*
 * Whether the machine of a boot's block, one of several, is to blame for what became of it, as far
 * as is known before it is counted: it failed, or got no kernel to speak that spoke elsewhere, or
 * none at all so far.
 */
bool queue_blames_machine(const struct queue *q, const struct queue_boot *boot);

/* Puts the boot that was taken out back: it has not ended and is not counted. */
void queue_put_back(struct queue *q, size_t cell, uint64_t block);

/*
 * Half the width of the 95 % confidence interval of the mean (Student's t) over its size; infinite
 * where it is not known.
 */
double queue_precision(const struct queue_cell *cell);

/*
 * About how many boots are still to come, those under way among them; never more than the limits
 * allow.
 */
uint64_t queue_left(const struct queue *q);

#endif
