/* SPDX-License-Identifier: MIT */
/* Filters: paths that are left out of packed trees. Pure. */
#ifndef LULL_PACKER_FILTER_H
#define LULL_PACKER_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter {
	const char *glob; /* fnmatch(3) without flags: `*` and `?` match slashes too */
	const char *line; /* its "FILE:LINE" in a manifest */
	bool matched;	  /* it has matched a path */
};

struct filters {
	struct filter *list;
	size_t count;
};

/* Appends a filter. The caller keeps both strings valid. */
void filters_add(struct filters *filters, const char *glob, const char *line);

/* Returns whether a filter matches `path`, a path in the image; sets `matched` of all that do. */
bool filters_match(struct filters *filters, const char *path);

void filters_free(struct filters *filters);

#endif
