/* SPDX-License-Identifier: MIT */
#include "bisect/ddmin.h"

#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

/*
 * Writes to `part` the piece with the number `piece` of `pieces` of the chosen elements, or all
 * others.
 */
static void
take_piece(bool *part, const bool *chosen, size_t count, size_t size, size_t piece, size_t pieces,
	   bool is_complement)
{
	size_t first = size * piece / pieces, end = size * (piece + 1) / pieces, number = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_inside = chosen[i] && number >= first && number < end;
		part[i] = chosen[i] && is_inside != is_complement;
		number += chosen[i];
	}
}

static size_t
size_of(const bool *chosen, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += chosen[i];
	return size;
}

struct reduction {
	bool *chosen, *part;
	size_t count;
	ddmin_test *test;
	void *context;
};

/* Tests the pieces, or their complements. On success `chosen` is the first that differs. */
static enum ddmin_outcome
try_pieces(struct reduction *r, size_t pieces, bool complements)
{
	size_t size = size_of(r->chosen, r->count);

	for (size_t piece = 0; piece < pieces; piece++) {
		take_piece(r->part, r->chosen, r->count, size, piece, pieces, complements);
		enum ddmin_outcome outcome = r->test(r->context, r->part);
		if (outcome == DDMIN_DIFFERS)
			memcpy(r->chosen, r->part, r->count * sizeof(*r->part));
		if (outcome == DDMIN_DIFFERS || outcome == DDMIN_STOP)
			return outcome;
	}
	return DDMIN_SAME;
}

int
ddmin(bool *chosen, size_t count, ddmin_test *test, void *context)
{
	struct reduction r = {chosen, xcalloc(count, sizeof(*chosen)), count, test, context};
	size_t pieces = 2;
	enum ddmin_outcome outcome = DDMIN_SAME;

	for (size_t size; (size = size_of(chosen, count)) >= 2 && outcome != DDMIN_STOP;) {
		if ((outcome = try_pieces(&r, pieces, false)) == DDMIN_DIFFERS)
			pieces = 2;
		/* With two pieces the complements are the pieces. */
		else if (outcome == DDMIN_SAME && pieces > 2 &&
			 (outcome = try_pieces(&r, pieces, true)) == DDMIN_DIFFERS)
			pieces = pieces > 3 ? pieces - 1 : 2;
		else if (outcome == DDMIN_SAME && pieces == size)
			break;
		else
			pieces = 2 * pieces < size ? 2 * pieces : size;
	}
	free(r.part);
	return outcome == DDMIN_STOP ? -1 : 0;
}
