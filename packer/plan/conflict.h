/* SPDX-License-Identifier: MIT */
#ifndef LULL_PACKER_CONFLICT_H
#define LULL_PACKER_CONFLICT_H

struct plan;

/*
 * Warns that `what` cannot be put at `path`, and gives the reason of the conflicting entry: the one
 * at `path`, or the nearest above it. Returns -1.
 */
int conflict_report(const struct plan *plan, const char *what, const char *path);

#endif
