/* SPDX-License-Identifier: MIT */
/* Links in /bin to programs that a PATH lookup in the image would not find. */
#ifndef LULL_PACKER_BIN_LINK_H
#define LULL_PACKER_BIN_LINK_H

#include <stdbool.h>

#include "plan/plan.h"

struct source;

/* Whether the program at `path` is found by name under the PATH that init sets. */
bool bin_link_is_needless(const struct source *source, const struct plan *plan, const char *path);

/*
 * Plans the link /bin/NAME to `target`, where NAME is the last component of `path`, unless the
 * entry planned there already leads to `target`. Returns 0, or -1 after a warning.
 */
int bin_link_add(const struct source *source, struct plan *plan, const char *path,
		 const char *target, struct plan_why why);

#endif
