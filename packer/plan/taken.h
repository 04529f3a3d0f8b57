/* SPDX-License-Identifier: MIT */
#ifndef LULL_PACKER_TAKEN_H
#define LULL_PACKER_TAKEN_H

struct plan;

/*
 * Warns that `what` cannot be put at `path`, where the plan, or nearest above which it, has
 * something else, and says why that is there. Returns -1.
 */
int taken_tell(const struct plan *plan, const char *what, const char *path);

#endif
