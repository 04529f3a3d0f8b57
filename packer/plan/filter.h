/* SPDX-License-Identifier: MIT */
/* What trees do not bring in. Pure. */
#ifndef LULL_PACKER_FILTER_H
#define LULL_PACKER_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter {
	const char *glob; /* fnmatch(3) without flags: `*` and `?` match slashes too */
	const char *line; /* "FILE:LINE" that asks for it */
	bool matched;	  /* something was left out */
};

struct filters {
	struct filter *list;
	size_t count;
};

/* Both strings stay the caller's, and must stay. */
void filters_add(struct filters *filters, const char *glob, const char *line);

/* Whether `path`, in the image, is to be left out; all filters that say so are marked. */
bool filters_match(struct filters *filters, const char *path);

void filters_free(struct filters *filters);

#endif
