/* SPDX-License-Identifier: MIT */
#include "bisect/search.h"

#include <stdlib.h>

#include "host/memory.h"

size_t
search_choose(size_t count, size_t skips)
{
	return skips < count && skips * skips < count ? skips * skips : count - 1;
}

void
search_start(struct search *s, size_t count)
{
	*s = (struct search){
	    .good = 0, .bad = count - 1, .skipped = xcalloc(count, sizeof(*s->skipped))};
}

void
search_free(struct search *s)
{
	free(s->skipped);
	s->skipped = NULL;
}

size_t
search_left(const struct search *s)
{
	size_t left = 0;

	for (size_t i = s->good + 1; i < s->bad; i++)
		left += !s->skipped[i];
	return left;
}

/* Candidates are sorted by their distance from the middle; of two at one distance the first wins.
 */
bool
search_next(const struct search *s, size_t *point)
{
	size_t left = search_left(s), middle = s->good + (s->bad - s->good) / 2;

	if (left == 0)
		return false;
	size_t wanted = search_choose(left, s->skips);
	for (size_t distance = 0;; distance++)
		for (int side = distance == 0; side < 2; side++) {
			size_t at = side == 0 ? middle - distance : middle + distance;
			if ((side == 0 && distance > middle) || at <= s->good || at >= s->bad ||
			    s->skipped[at])
				continue;
			if (wanted-- == 0) {
				*point = at;
				return true;
			}
		}
}

void
search_take(struct search *s, size_t point, enum search_verdict verdict)
{
	if (verdict == SEARCH_SKIP) {
		s->skipped[point] = true;
		s->skips++;
		return;
	}
	s->skips = 0;
	if (verdict == SEARCH_GOOD)
		s->good = point;
	else
		s->bad = point;
}
