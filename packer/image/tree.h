/* SPDX-License-Identifier: MIT */
/*
 * Writes the plan to a directory: the whole plan, or only the staging, from which cpio reads the
 * entries that it cannot read in place.
 */
#ifndef LULL_PACKER_TREE_H
#define LULL_PACKER_TREE_H

#include <stdbool.h>

struct plan;

/*
 * Creates the entries in the empty directory `top`: those of plan_is_staged(), or with `whole` all
 * but the early archive; device nodes and owners that need root are skipped with a warning. The
 * umask must be 0. Returns 0, or -1 after a warning.
 */
int tree_make(const struct plan *plan, const char *top, bool whole);

/* Removes a complete or partial result of tree_make(), and `top` itself. */
void tree_remove(const struct plan *plan, const char *top);

/*
 * Creates a directory for the staging, in TMPDIR, /dev/shm or /tmp. Returns its path, to be freed;
 * NULL after a warning.
 */
char *tree_staging(const struct plan *plan);

/*
 * Checks that a tree can be written to `path`: it does not exist or is an empty directory, and its
 * parent is writable. Returns 0, or -1 after a warning.
 */
int tree_check(const char *path);

/*
 * Writes the whole plan to a temporary directory next to `path` and renames that to `path`. Returns
 * 0, or -1 after a warning.
 */
int tree_write(const struct plan *plan, const char *path);

#endif
