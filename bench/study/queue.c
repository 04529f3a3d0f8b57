/* SPDX-License-Identifier: MIT */
#include "study/queue.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

static struct queue_place *queue_place_of(const struct queue *q, size_t cell, size_t machine);

/* Boots of the current plan that are not excused, and those that count. */

static uint64_t
boots_of(const struct queue_cell *c)
{
	return c->boots - c->excused - c->earlier;
}

static uint64_t
counted_of(const struct queue_cell *c)
{
	return c->counted - c->earlier_counted;
}

/* The blocks of a queue, and the boots that machines take from them. */

static void
drop_promise(struct queue *q, size_t cell, struct queue_place *place)
{
	q->cells[cell].promised -= place->is_ahead;
	place->is_ahead = false;
}

void
queue_give_up(struct queue *q, size_t machine)
{
	for (size_t i = 0; i < q->count; i++)
		drop_promise(q, i, queue_place_of(q, i, machine));
}

/*
 * Whether a machine's new block includes the cell. With several machines it does not if the boots
 * promised by all machines will be or may be enough; for precision, blocks are always whole.
 */
static bool
is_wanted(const struct queue *q, const struct queue_cell *c)
{
	const struct queue_rules *r = &q->rules;

	if (c->state != CELL_OPEN || r->machines == 1)
		return c->state == CELL_OPEN;
	return boots_of(c) + c->promised < r->limit &&
	       (counted_of(c) + c->promised < r->boots || r->precision > 0);
}

/*
 * Draws the order of a block from the seed and its number, mixed so that neighbours are unrelated
 * (splitmix64).
 */
static void
draw_order(struct queue *q, struct queue_machine *m)
{
	uint64_t mixed = q->rules.seed + (m->block + 1) * UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	gsl_rng_set(q->rng, (unsigned long)(mixed ^ mixed >> 31));
	for (size_t i = 0; i < q->count; i++) {
		struct queue_place *place = queue_place_of(q, i, (size_t)(m - q->machines));
		m->order[i] = i;
		place->is_ahead = place->next <= m->block && is_wanted(q, &q->cells[i]);
		q->cells[i].promised += place->is_ahead;
	}
	gsl_ran_shuffle(q->rng, m->order, q->count, sizeof(*m->order));
	m->position = 0;
}

/*
 * Finds a machine's first block in which a wanted cell was not booted. Returns false if there is
 * none.
 */
static bool
first_block(const struct queue *q, size_t machine, uint64_t *block)
{
	bool found = false;

	for (size_t i = 0; i < q->count; i++) {
		const struct queue_place *place = queue_place_of(q, i, machine);
		if (place->under_way || !is_wanted(q, &q->cells[i]) ||
		    (found && place->next >= *block))
			continue;
		*block = place->next;
		found = true;
	}
	return found;
}

static bool
is_busy(const struct queue *q, size_t machine)
{
	for (size_t i = 0; i < q->count; i++)
		if (queue_place_of(q, i, machine)->under_way)
			return true;
	return false;
}

enum queue_next
queue_take(struct queue *q, size_t machine, size_t *cell, uint64_t *block)
{
	struct queue_machine *m = &q->machines[machine];

	for (;;) {
		for (; m->position < q->count; m->position++) {
			size_t next = m->order[m->position];
			struct queue_place *place = queue_place_of(q, next, machine);
			if (q->cells[next].state != CELL_OPEN)
				drop_promise(q, next, place);
			if (!place->is_ahead)
				continue;
			if (place->under_way)
				return QUEUE_WAIT;
			/* The promised boot is running now. */
			place->is_ahead = false;
			place->under_way = true;
			q->under_way++;
			m->position++;
			*cell = next;
			/*
			 * It is an earlier block if the cell's boot in that block was put back
			 * after this one was started.
			 */
			*block = place->next;
			return QUEUE_NEXT;
		}
		if (!first_block(q, machine, &m->block))
			return q->under_way > 0 ? QUEUE_WAIT : QUEUE_EMPTY;
		if (q->rules.precision > 0 && is_busy(q, machine))
			return QUEUE_WAIT;
		draw_order(q, m);
	}
}

/* The level of the intervals is 1 - alpha. */
static const double alpha = 0.05;

/* The state of a cell on one machine. */
static struct queue_place *
queue_place_of(const struct queue *q, size_t cell, size_t machine)
{
	return &q->places[cell * q->rules.machines + machine];
}

/* Whether a cell is compared with another one. */
static bool
is_compared(const struct queue *q, size_t cell)
{
	const struct queue_what *what = &q->cells[cell].what;

	return !what->is_again && what->baseline != cell;
}

/* Sets up the machines, each before its first block. */
static int
make_machines(struct queue *q)
{
	if (q->machines == NULL || q->places == NULL)
		return -1;
	for (size_t m = 0; m < q->rules.machines; m++) {
		q->machines[m].order = calloc(q->count, sizeof(size_t));
		if (q->machines[m].order == NULL)
			return -1;
		q->machines[m].position = q->count; /* no order has been drawn yet */
		for (size_t i = 0; i < q->count; i++)
			*queue_place_of(q, i, m) =
			    (struct queue_place){.next = m, .values = {NAN, NAN}};
	}
	return 0;
}

int
queue_make(struct queue *q, const struct queue_rules *rules, const struct queue_what *what,
	   size_t count, size_t kernel_count)
{
	size_t machines = rules->machines > 0 ? rules->machines : 1;

	*q = (struct queue){
	    .rules = *rules,
	    .cells = calloc(count, sizeof(*q->cells)),
	    .count = count,
	    .kernels = calloc(kernel_count, sizeof(*q->kernels)),
	    .kernel_count = kernel_count,
	    .machines = calloc(machines, sizeof(*q->machines)),
	    .places = calloc(count, machines * sizeof(*q->places)),
	};
	q->rules.machines = machines;
	gsl_set_error_handler_off(); /* the default handler ends the process */
	q->rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (q->rng == NULL || q->cells == NULL || q->kernels == NULL || make_machines(q) != 0) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		struct queue_kernel *k = &q->kernels[what[i].kernel];
		q->cells[i].what = what[i];
		q->cells[i].is_ratio = true;
		q->has_comparisons |= is_compared(q, i);
		/* `failures` is unused until a boot is counted. */
		k->has_several |= k->failures++ > 0 && k->variant != what[i].variant;
		k->variant = what[i].variant;
	}
	for (size_t i = 0; i < kernel_count; i++)
		q->kernels[i].failures = 0;
	return 0;
}

void
queue_free(struct queue *q)
{
	free(q->cells);
	free(q->kernels);
	for (size_t m = 0; q->machines != NULL && m < q->rules.machines; m++)
		free(q->machines[m].order);
	free(q->machines);
	free(q->places);
	gsl_rng_free(q->rng);
	*q = (struct queue){.count = 0};
}

double
queue_precision(const struct queue *q, size_t cell)
{
	const struct queue_cell *c = &q->cells[cell], *base = &q->cells[c->what.baseline];
	double mean = fabs(q->has_comparisons ? base->values.mean : c->values.mean);

	if (q->has_comparisons && !is_compared(q, cell))
		return NAN;
	if (q->has_comparisons && c->is_ratio)
		return expm1(moments_half_width(&c->ratios, alpha));
	const struct moments *m = q->has_comparisons ? &c->differences : &c->values;
	double half = moments_half_width(m, alpha);
	return half == 0 ? 0 : mean > 0 ? half / mean : HUGE_VAL;
}

uint64_t
queue_next_block(const struct queue *q, size_t cell, uint64_t block)
{
	return queue_place_of(q, cell, block % q->rules.machines)->next;
}

/* Sets the state of a cell after a boot. With a wanted precision look() finds when it is done. */
static void
judge_cell(struct queue *q, struct queue_cell *c)
{
	const struct queue_rules *r = &q->rules;

	if (c->state == CELL_DONE)
		return;
	if (counted_of(c) >= r->boots && r->precision == 0)
		c->state = CELL_DONE;
	else if (c->failures >= r->tries || q->kernels[c->what.kernel].given_up)
		c->state = CELL_GIVEN_UP;
	else if (boots_of(c) >= r->limit || (counted_of(c) >= r->boots && c->values.count == 0))
		c->state = CELL_LIMITED; /* or no boot has a value for the precision */
	else
		c->state = CELL_OPEN;
}

/* Whether all boots of a block have ended; cells that need no more boots are left out. */
static bool
is_whole(const struct queue *q, uint64_t block)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->cells[i].state == CELL_OPEN &&
		    queue_place_of(q, i, block % q->rules.machines)->next <= block)
			return false;
	return true;
}

/*
 * The value of a cell's boot in a block; NAN: none. Another job may have ended the cell's boot of
 * the next block too, but no more than that: a cell has one boot at a time, in all blocks in order.
 */
static double
value_in(const struct queue *q, size_t cell, uint64_t block)
{
	const struct queue_place *place = queue_place_of(q, cell, block % q->rules.machines);
	uint64_t machines = q->rules.machines;

	return place->next == block + machines	     ? place->values[0]
	       : place->next == block + 2 * machines ? place->values[1]
						     : NAN;
}

/* The second copy of a baseline; the baseline itself if it has none. */
static size_t
copy_of(const struct queue *q, size_t baseline)
{
	bool has_copy = baseline + 1 < q->count && q->cells[baseline + 1].what.is_again;

	return has_copy ? baseline + 1 : baseline;
}

/*
 * Adds the difference of a cell from its baseline, of which both copies count (paired.h). Returns
 * false if the block has none.
 */
static bool
add_difference(struct queue *q, size_t cell, uint64_t block)
{
	struct queue_cell *c = &q->cells[cell];
	double number = value_in(q, cell, block), one = value_in(q, c->what.baseline, block),
	       other = value_in(q, copy_of(q, c->what.baseline), block);

	one = isnan(one) ? other : one;
	other = isnan(other) ? one : other;
	if (isnan(number) || isnan(one))
		return false;
	c->is_ratio &= number > 0 && one > 0 && other > 0;
	moments_add(&c->differences, number - (one + other) / 2);
	if (c->is_ratio)
		moments_add(&c->ratios, log(number) - (log(one) + log(other)) / 2);
	return true;
}

/* Whether a cell is compared with a baseline that was given up: it gets no more differences. */
static bool
is_stranded(const struct queue *q, size_t cell)
{
	size_t base = q->cells[cell].what.baseline;

	return is_compared(q, cell) && q->cells[base].state != CELL_OPEN &&
	       q->cells[copy_of(q, base)].state != CELL_OPEN;
}

/* Whether the precision of an open cell can still change. */
static bool
is_watched(const struct queue *q, size_t cell)
{
	return !q->has_comparisons || (is_compared(q, cell) && !is_stranded(q, cell));
}

static bool
is_precise(const struct queue *q, size_t cell)
{
	const struct queue_cell *c = &q->cells[cell];
	size_t blocks = q->has_comparisons ? c->differences.count : c->values.count;

	return blocks >= QUEUE_BLOCKS_LEAST && queue_precision(q, cell) <= q->rules.precision;
}

/* Ends the boots of all open cells. */
static void
finish(struct queue *q)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->cells[i].state == CELL_OPEN && is_stranded(q, i))
			q->cells[i].state = CELL_LIMITED; /* it cannot become precise */
	for (size_t i = 0; i < q->count; i++)
		if (q->cells[i].state == CELL_OPEN)
			q->cells[i].state = CELL_DONE;
}

/*
 * After a whole block, adds its differences, and ends the boots if all comparisons are precise. A
 * block without differences, because of boots that do not count, is not a look.
 */
static void
look(struct queue *q, uint64_t block)
{
	struct queue_machine *m = &q->machines[block % q->rules.machines];
	bool has_enough = true, are_precise = true, is_any = false, is_new = !q->has_comparisons;

	if (block < m->looked || !is_whole(q, block))
		return;
	m->looked = block + 1;
	for (size_t i = 0; i < q->count; i++)
		if (is_compared(q, i))
			is_new |= add_difference(q, i, block);
	for (size_t i = 0; i < q->count; i++) {
		if (q->cells[i].state != CELL_OPEN)
			continue;
		has_enough &= counted_of(&q->cells[i]) >= q->rules.boots;
		is_any |= is_watched(q, i);
		are_precise &= !is_watched(q, i) || is_precise(q, i);
	}
	q->looks = !are_precise ? 0 : q->looks + is_new;
	if (has_enough && (!is_any || q->looks >= QUEUE_LOOKS))
		finish(q);
}

/*
 * A kernel that never came up is given up after `tries` boots, however many cells it has. If these
 * have several images or arguments, the boots must be of more than one, as these may be at fault.
 */
static void
count_kernel(struct queue *q, const struct queue_boot *boot)
{
	const struct queue_cell *cell = &q->cells[boot->cell];
	struct queue_kernel *k = &q->kernels[cell->what.kernel];

	k->came_up |= boot->came_up;
	if (k->came_up || boot->is_target || queue_blames_machine(q, boot))
		return;
	k->is_several |= k->failures > 0 && k->variant != cell->what.variant;
	k->variant = cell->what.variant;
	if (++k->failures < q->rules.tries || (k->has_several && !k->is_several) || k->given_up)
		return;
	k->given_up = true;
	for (size_t i = 0; i < q->count; i++)
		if (q->cells[i].what.kernel == cell->what.kernel)
			judge_cell(q, &q->cells[i]);
}

bool
queue_blames_machine(const struct queue *q, const struct queue_boot *boot)
{
	if (q->rules.machines == 1)
		return false;
	if (boot->outcome == OUTCOME_TARGET_FAILED)
		return true;
	return boot->outcome == OUTCOME_NEVER_BOOTED &&
	       (q->kernels[q->cells[boot->cell].what.kernel].came_up ||
		!q->machines[boot->block % q->rules.machines].came_up);
}

uint64_t
queue_end(const struct queue *q)
{
	uint64_t end = 0;

	for (size_t i = 0; i < q->count * q->rules.machines; i++)
		end = q->places[i].next > end ? q->places[i].next : end;
	return end;
}

void
queue_extend(struct queue *q, uint64_t first, const bool *marked)
{
	size_t machines = q->rules.machines;

	for (size_t i = 0; i < q->kernel_count; i++) {
		q->kernels[i].failures = 0;
		q->kernels[i].given_up = false;
	}
	for (size_t i = 0; i < q->count; i++) {
		struct queue_cell *c = &q->cells[i];
		if (!marked[i] && c->state == CELL_OPEN)
			c->state = CELL_DONE;
		if (!marked[i])
			continue;
		c->state = CELL_OPEN;
		c->earlier = c->boots - c->excused;
		c->earlier_counted = c->counted;
		c->failures = 0;
		c->values = c->differences = c->ratios = (struct moments){.count = 0};
		for (size_t m = 0; m < machines; m++)
			*queue_place_of(q, i, m) = (struct queue_place){
			    .next = first + (m + machines - first % machines) % machines,
			    .values = {NAN, NAN}};
	}
	q->looks = 0;
}

void
queue_count(struct queue *q, const struct queue_boot *boot)
{
	struct queue_cell *c = &q->cells[boot->cell];
	size_t machines = q->rules.machines;
	struct queue_place *place = queue_place_of(q, boot->cell, boot->block % machines);
	bool counts = boot->outcome == OUTCOME_OK, is_excused = queue_blames_machine(q, boot);

	queue_put_back(q, boot->cell, boot->block);
	q->boots++;
	c->boots++;
	c->outcomes[boot->outcome]++;
	c->counted += counts;
	c->excused += is_excused;
	/* Noise passes; other failures may be permanent. */
	if (boot->outcome != OUTCOME_NOISY && !is_excused)
		c->failures = counts ? 0 : c->failures + 1;
	if (boot->block >= place->next)
		place->next = boot->block + machines;
	place->values[1] = place->values[0];
	place->values[0] = counts && boot->has_value ? boot->value : NAN;
	if (counts && boot->has_value)
		moments_add(&c->values, boot->value);
	c->seconds += boot->seconds;
	count_kernel(q, boot);
	q->machines[boot->block % machines].came_up |= boot->came_up;
	judge_cell(q, c);
	if (q->rules.precision > 0)
		look(q, boot->block);
}

void
queue_put_back(struct queue *q, size_t cell, uint64_t block)
{
	struct queue_place *place = queue_place_of(q, cell, block % q->rules.machines);

	if (!place->under_way)
		return;
	place->under_way = false;
	q->cells[cell].promised--;
	q->under_way--;
}

/*
 * Estimates the number of counted boots of each cell at which all comparisons are precise, if the
 * values stay alike.
 */
static double
boots_wanted(const struct queue *q)
{
	double wanted = (double)q->rules.boots;

	if (q->rules.precision == 0)
		return wanted;
	wanted = fmax(wanted, QUEUE_BLOCKS_LEAST + QUEUE_LOOKS - 1);
	for (size_t i = 0; i < q->count; i++) {
		const struct queue_cell *c = &q->cells[i];
		double times = queue_precision(q, i) / q->rules.precision;
		if (c->state == CELL_OPEN && isfinite(times))
			wanted = fmax(wanted, ceil((double)counted_of(c) * times * times));
	}
	return wanted;
}

uint64_t
queue_left(const struct queue *q)
{
	uint64_t left = 0;
	double boots = boots_wanted(q);

	for (size_t i = 0; i < q->count; i++) {
		const struct queue_cell *c = &q->cells[i];
		if (c->state != CELL_OPEN)
			continue;
		double wanted = boots - (double)counted_of(c);
		double allowed = (double)(q->rules.limit - boots_of(c));
		left += (uint64_t)fmax(1, fmin(wanted, allowed));
	}
	return left;
}
