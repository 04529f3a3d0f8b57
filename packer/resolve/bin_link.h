/* SPDX-License-Identifier: MIT */
/* Links in /bin to programs that would not be found by their names in the image. */
#ifndef LULL_PACKER_BIN_LINK_H
#define LULL_PACKER_BIN_LINK_H

#include <stdbool.h>

#include "plan/plan.h"

struct source;

/* Whether the program at `path` is found by its last component under the PATH that init gives. */
bool bin_link_is_needless(const struct source *source, const struct plan *plan, const char *path);

/*
 * Plans /bin/NAME, NAME being the last component of `path`, as a link to `target`, unless what is
 * planned there leads to it already. Returns 0, or -1 after a warning.
 */
int bin_link_add(const struct source *source, struct plan *plan, const char *path,
		 const char *target, struct plan_why why);

#endif
