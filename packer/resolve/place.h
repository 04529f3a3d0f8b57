/* SPDX-License-Identifier: MIT */
/*
 * Places files and trees of this machine in the image. Functions return 0, or -1 after a warning.
 */
#ifndef LULL_PACKER_PLACE_H
#define LULL_PACKER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct closure;
struct source_found;

/*
 * Plans the file or directory `from` of this machine, with all its contents, at `to`, a path
 * without links. With `follow`, a link `from` is followed.
 */
int place_file(struct closure *closure, const char *from, const char *to, bool follow,
	       struct plan_why why);

/*
 * As place_file(), for any absolute `to`: follows planned links in it; puts a file into `to`,
 * by its own name, if that ends with a slash; merges the contents of a directory into an existing
 * one.
 */
int place_at(struct closure *closure, const char *from, const char *to, struct plan_why why);

/* Plans the links on the way to `found`, up to the first path for which `ends` returns true. */
typedef bool place_ends(const char *path);
int place_links_on_way(struct closure *closure, const struct source_found *found, place_ends *ends,
		       struct plan_why why);

/*
 * Plans the targets of the links of all trees, after everything else is placed: files, and
 * directories with all their contents. Skips targets reached through /proc, /sys, /dev or /run,
 * and those that filters exclude. A dangling link stays so in the image; any other must work
 * from its new place. Returns the number of those that do not, each after a warning.
 */
size_t place_links(struct closure *closure);

#endif
