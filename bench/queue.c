/* SPDX-License-Identifier: MIT */
#include "queue.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

static const double confidence = 0.95;

int
queue_make(struct queue *q, const struct queue_rules *rules, const struct queue_what *what, size_t count,
	   size_t kernel_count)
{
	*q = (struct queue){
	    .rules = *rules,
	    .cells = calloc(count, sizeof(*q->cells)),
	    .count = count,
	    .kernels = calloc(kernel_count, sizeof(*q->kernels)),
	    .kernel_count = kernel_count,
	    .order = calloc(count, sizeof(*q->order)),
	};
	gsl_set_error_handler_off(); /* it ends the process */
	q->rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (q->rng == NULL || q->cells == NULL || q->kernels == NULL || q->order == NULL) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		struct queue_kernel *k = &q->kernels[what[i].kernel];
		q->cells[i].kernel = what[i].kernel;
		q->cells[i].variant = what[i].variant;
		/* `vain` is free for this until a boot is counted. */
		k->has_several |= k->vain++ > 0 && k->variant != what[i].variant;
		k->variant = what[i].variant;
	}
	for (size_t i = 0; i < kernel_count; i++)
		q->kernels[i].vain = 0;
	q->position = count; /* no order is drawn yet */
	return 0;
}

void
queue_free(struct queue *q)
{
	free(q->cells);
	free(q->kernels);
	free(q->order);
	gsl_rng_free(q->rng);
	*q = (struct queue){.count = 0};
}

double
queue_precision(const struct queue_cell *cell)
{
	double n = (double)cell->values;

	if (cell->values >= 2 && cell->squares == 0)
		return 0;
	if (cell->values < 2 || cell->mean == 0)
		return HUGE_VAL;
	double error = sqrt(cell->squares / (n - 1) / n);
	return gsl_cdf_tdist_Pinv(0.5 + confidence / 2, n - 1) * error / fabs(cell->mean);
}

static void
judge_cell(struct queue *q, struct queue_cell *c)
{
	const struct queue_rules *r = &q->rules;

	if (c->counted >= r->boots && (r->precision == 0 || queue_precision(c) <= r->precision))
		c->state = CELL_DONE;
	else if (c->vain >= r->tries || q->kernels[c->kernel].given_up)
		c->state = CELL_GIVEN_UP;
	else if (c->boots >= r->limit || (c->counted >= r->boots && c->values == 0))
		c->state = CELL_LIMITED; /* or nothing will ever give what is to be precise */
	else
		c->state = CELL_OPEN;
}

static void
count_value(struct queue_cell *c, double value)
{
	double before = value - c->mean;

	c->values++;
	c->mean += before / (double)c->values;
	c->squares += before * (value - c->mean);
}

/*
 * A kernel that never came up costs its tries, whatever cells it has; where these have several images or arguments,
 * they must have been of more than one, as it may be those that it does not come up with.
 */
static void
count_kernel(struct queue *q, const struct queue_boot *boot)
{
	const struct queue_cell *cell = &q->cells[boot->cell];
	struct queue_kernel *k = &q->kernels[cell->kernel];

	k->came_up |= boot->came_up;
	if (k->came_up || boot->is_target)
		return;
	k->is_several |= k->vain > 0 && k->variant != cell->variant;
	k->variant = cell->variant;
	if (++k->vain < q->rules.tries || (k->has_several && !k->is_several) || k->given_up)
		return;
	k->given_up = true;
	for (size_t i = 0; i < q->count; i++)
		if (q->cells[i].kernel == cell->kernel)
			judge_cell(q, &q->cells[i]);
}

void
queue_count(struct queue *q, const struct queue_boot *boot)
{
	struct queue_cell *c = &q->cells[boot->cell];
	bool counts = boot->outcome == OUTCOME_OK;

	queue_put_back(q, boot->cell);
	q->boots++;
	c->boots++;
	c->outcomes[boot->outcome]++;
	c->counted += counts;
	/* Noise passes; what else is not ok may be there to stay. */
	if (boot->outcome != OUTCOME_NOISY)
		c->vain = counts ? 0 : c->vain + 1;
	if (boot->block >= c->next)
		c->next = boot->block + 1;
	if (counts && boot->has_value)
		count_value(c, boot->value);
	c->seconds += boot->seconds;
	count_kernel(q, boot);
	judge_cell(q, c);
}

void
queue_put_back(struct queue *q, size_t cell)
{
	if (!q->cells[cell].under_way)
		return;
	q->cells[cell].under_way = false;
	q->under_way--;
}

/* The order of a block: of the seed and its number, mixed so that neighbours have nothing in common (splitmix64). */
static void
draw_order(struct queue *q)
{
	uint64_t mixed = q->rules.seed + (q->block + 1) * UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	gsl_rng_set(q->rng, (unsigned long)(mixed ^ mixed >> 31));
	for (size_t i = 0; i < q->count; i++)
		q->order[i] = i;
	gsl_ran_shuffle(q->rng, q->order, q->count, sizeof(*q->order));
	q->position = 0;
}

/* The first block in which an open cell was not booted. Returns false where no cell is open. */
static bool
first_block(const struct queue *q, uint64_t *block)
{
	bool found = false;

	for (size_t i = 0; i < q->count; i++) {
		const struct queue_cell *c = &q->cells[i];
		if (c->state != CELL_OPEN || c->under_way || (found && c->next >= *block))
			continue;
		*block = c->next;
		found = true;
	}
	return found;
}

enum queue_next
queue_take(struct queue *q, size_t *cell, uint64_t *block)
{
	for (;;) {
		for (; q->position < q->count; q->position++) {
			struct queue_cell *c = &q->cells[q->order[q->position]];
			if (c->state != CELL_OPEN || c->next > q->block)
				continue;
			if (c->under_way)
				return QUEUE_WAIT;
			c->under_way = true;
			q->under_way++;
			*cell = q->order[q->position++];
			*block = q->block;
			return QUEUE_NEXT;
		}
		if (!first_block(q, &q->block))
			return q->under_way > 0 ? QUEUE_WAIT : QUEUE_EMPTY;
		draw_order(q);
	}
}

/* How many boots of the cell are counted when the precision is reached, if its values go on as they are. */
static double
boots_for_precision(const struct queue *q, const struct queue_cell *c)
{
	double now = queue_precision(c), wanted = q->rules.precision;

	if (wanted == 0)
		return 0;
	if (isinf(now))
		return (double)q->rules.boots;
	return ceil((double)c->values * (now / wanted) * (now / wanted));
}

uint64_t
queue_left(const struct queue *q)
{
	uint64_t left = 0;

	for (size_t i = 0; i < q->count; i++) {
		const struct queue_cell *c = &q->cells[i];
		if (c->state != CELL_OPEN)
			continue;
		double wanted = fmax((double)q->rules.boots, boots_for_precision(q, c)) - (double)c->counted;
		double allowed = (double)(q->rules.limit - c->boots);
		left += (uint64_t)fmax(1, fmin(wanted, allowed));
	}
	return left;
}
