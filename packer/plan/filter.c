/* SPDX-License-Identifier: MIT */
#include "plan/filter.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "host/memory.h"

void
filters_add(struct filters *filters, const char *glob, const char *line)
{
	filters->list = xgrow(filters->list, filters->count, sizeof(*filters->list));
	filters->list[filters->count++] = (struct filter){.glob = glob, .line = line};
}

bool
filters_match(struct filters *filters, const char *path)
{
	bool matches = false;

	for (size_t i = 0; i < filters->count; i++) {
		if (fnmatch(filters->list[i].glob, path, 0) != 0)
			continue;
		filters->list[i].matched = true;
		matches = true;
	}
	return matches;
}

void
filters_free(struct filters *filters)
{
	free(filters->list);
	*filters = (struct filters){.list = NULL};
}
