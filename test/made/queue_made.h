/* SPDX-License-Identifier: MIT */
/* Queues of a few cells, for tests. To be included after cmocka.h. */
#ifndef TEST_QUEUE_MADE_H
#define TEST_QUEUE_MADE_H

#include "study/queue.h"

enum { CELLS = 6, KERNELS = 2, BOOTS_MAX = 400 };

static const struct queue_what cells[CELLS] = {{0, 0, 0, false}, {0, 1, 0, false},
					       {0, 2, 0, false}, {1, 0, 0, false},
					       {1, 1, 0, false}, {1, 2, 0, false}};
static const struct queue_rules usual = {.boots = 5, .limit = 10, .tries = 3, .seed = 7};

static struct queue
queue_of(const struct queue_rules *rules)
{
	struct queue q;

	assert_int_equal(queue_make(&q, rules, cells, CELLS, KERNELS), 0);
	return q;
}

static void
end_boot(struct queue *q, size_t cell, uint64_t block, enum outcome outcome, double value)
{
	const struct queue_boot boot = {cell,  block, outcome, outcome <= OUTCOME_OOPS,
					false, true,  value,   1};

	queue_count(q, &boot);
}

#endif
