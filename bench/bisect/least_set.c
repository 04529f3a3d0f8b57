/* SPDX-License-Identifier: MIT */
#include "bisect/least_set.h"

#include <stdlib.h>
#include <string.h>

#include "bisect/ddmin.h"
#include "console/outcome.h"
#include "host/memory.h"

static enum ddmin_outcome
test_set(void *context, const bool *chosen)
{
	static const enum ddmin_outcome outcomes[] = {[SEARCH_GOOD] = DDMIN_SAME,
						      [SEARCH_BAD] = DDMIN_DIFFERS,
						      [SEARCH_SKIP] = DDMIN_UNKNOWN};
	struct least_set *set = context;
	struct bisect_point point;
	enum search_verdict verdict = SEARCH_SKIP;

	set->make(set, chosen, &point);
	int result = bisection_judge(set->b, &point, &verdict);
	set->release(set, &point);
	return result == 0 ? outcomes[verdict] : DDMIN_STOP;
}

static int
print_set(struct least_set *set, const bool *chosen, const struct bisect_point *good,
	  const struct bisect_point *bad)
{
	struct bisect_point least;
	size_t size = 0;

	for (size_t i = 0; i < set->count; i++)
		size += chosen[i];
	set->make(set, chosen, &least);
	const struct bisect_row rows[] = {{"good end", good->name, good->shown},
					  {"least set", least.name, least.shown},
					  {"bad end", bad->name, bad->shown}};
	const struct bisect_row ends[] = {rows[0], rows[2]};
	int result =
	    size < set->count ? bisection_print(set->b, rows, 3) : bisection_print(set->b, ends, 2);
	set->release(set, &least);
	return result == 0 ? 0 : STATUS_NO_VERDICT;
}

int
least_set_find(struct least_set *set, bool *chosen)
{
	struct bisect_point good, bad;

	memset(chosen, false, set->count * sizeof(*chosen));
	set->make(set, chosen, &good);
	memset(chosen, true, set->count * sizeof(*chosen));
	set->make(set, chosen, &bad);
	int status = bisection_measure_ends(set->b, &good, &bad);
	if (status == 0 && ddmin(chosen, set->count, test_set, set) != 0)
		status = STATUS_NO_VERDICT;
	if (status == 0)
		status = print_set(set, chosen, &good, &bad);
	set->release(set, &good);
	set->release(set, &bad);
	return status;
}
