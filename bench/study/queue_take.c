/* SPDX-License-Identifier: MIT */
/* Blocks of a queue, and what machines take of them. */
#include "study/queue.h"

#include <gsl/gsl_randist.h>

static void
leave_out(struct queue *q, size_t cell, struct queue_place *place)
{
	q->cells[cell].promised -= place->is_ahead;
	place->is_ahead = false;
}

void
queue_give_up(struct queue *q, size_t machine)
{
	for (size_t i = 0; i < q->count; i++)
		leave_out(q, i, queue_place_of(q, i, machine));
}

/*
 * Whether a block that a machine begins boots it. With several machines not where the boots that others have promised
 * give all that is wanted, or may be; for precision each may boot one more.
 */
static bool
is_wanted(const struct queue *q, const struct queue_cell *c)
{
	const struct queue_rules *r = &q->rules;

	if (c->state != CELL_OPEN || r->machines == 1)
		return c->state == CELL_OPEN;
	return c->boots - c->excused + c->promised < r->limit &&
	       (c->counted + c->promised < r->boots || (r->precision > 0 && c->counted >= r->boots));
}

/* The order of a block: of the seed and its number, mixed so that neighbours have nothing in common (splitmix64). */
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

/* The first block of a machine in which a cell that is wanted was not booted. Returns false where there is none. */
static bool
first_block(const struct queue *q, size_t machine, uint64_t *block)
{
	bool found = false;

	for (size_t i = 0; i < q->count; i++) {
		const struct queue_place *place = queue_place_of(q, i, machine);
		if (place->under_way || !is_wanted(q, &q->cells[i]) || (found && place->next >= *block))
			continue;
		*block = place->next;
		found = true;
	}
	return found;
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
				leave_out(q, next, place);
			if (!place->is_ahead)
				continue;
			if (place->under_way)
				return QUEUE_WAIT;
			/* What was promised is under way now. */
			place->is_ahead = false;
			place->under_way = true;
			q->under_way++;
			m->position++;
			*cell = next;
			/* It is an earlier one where its boot in that was put back while this was begun. */
			*block = place->next;
			return QUEUE_NEXT;
		}
		if (!first_block(q, machine, &m->block))
			return q->under_way > 0 ? QUEUE_WAIT : QUEUE_EMPTY;
		draw_order(q, m);
	}
}
