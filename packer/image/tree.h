/* SPDX-License-Identifier: MIT */
/*
 * The plan as a directory: in part as the staging from which cpio reads what it cannot read in
 * place, or whole.
 */
#ifndef LULL_PACKER_TREE_H
#define LULL_PACKER_TREE_H

#include <stdbool.h>

struct plan;

/*
 * Makes the entries in the empty directory `top`: those that plan_is_staged() names, or with
 * `whole` all, where device nodes are left out if they cannot be made. The umask must be 0. Returns
 * 0, or -1 after a warning.
 */
int tree_make(const struct plan *plan, const char *top, bool whole);

/* Takes away what tree_make() made, or a part of it, and `top` itself. */
void tree_remove(const struct plan *plan, const char *top);

/*
 * A new directory for the staging, in TMPDIR, /dev/shm or /tmp, to be freed; NULL after a warning.
 */
char *tree_staging(const struct plan *plan);

/*
 * Whether a tree can be put at `path`: nothing is there, or an empty directory, in a directory that
 * may be written. Returns 0, or -1 after a warning.
 */
int tree_check(const char *path);

/*
 * Makes the whole plan as the directory `path`: beside it first, then renamed. Returns 0, or -1
 * after a warning.
 */
int tree_write(const struct plan *plan, const char *path);

#endif
