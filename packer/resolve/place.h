/* SPDX-License-Identifier: MIT */
/*
 * Files and trees of this machine put somewhere in the image. They return 0, or -1 after a warning.
 */
#ifndef LULL_PACKER_PLACE_H
#define LULL_PACKER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct closure;
struct source_found;

/*
 * Plans what is at `from` on this machine for the path `to`, which has no links in it: a file, or a
 * directory with all that is in it. `follow`: where `from` is a link, what it leads to is meant.
 */
int place_file(struct closure *closure, const char *from, const char *to, bool follow,
	       struct plan_why why);

/*
 * The same for any absolute `to`: planned links in it are followed; a file is put below one that
 * ends with a slash, by its own name; of a directory what is in it joins what is in the other.
 */
int place_at(struct closure *closure, const char *from, const char *to, struct plan_why why);

/* Plans the links on the way to what was found, up to the first path that `ends` it. */
typedef bool place_ends(const char *path);
int place_way(struct closure *closure, const struct source_found *found, place_ends *ends,
	      struct plan_why why);

/*
 * Plans what the links of all trees lead to, once everything else has its place: files, and
 * directories with all that is in them, but nothing by way of /proc, /sys, /dev or /run, nor what
 * filters leave out. A link that leads nowhere here does so in the image too; one that leads
 * somewhere must lead there from its new place. Returns the number of those that do not, each after
 * a warning.
 */
size_t place_links(struct closure *closure);

#endif
