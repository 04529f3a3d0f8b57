/* SPDX-License-Identifier: MIT */
#ifndef LULL_PACKER_CONFLICT_H
#define LULL_PACKER_CONFLICT_H

struct plan;

/*
 * Warns that `what` cannot be put at `path`, where the plan, or nearest above which it, has
 * something else, and says why that is there. Returns -1.
 */
int conflict_report(const struct plan *plan, const char *what, const char *path);

#endif
