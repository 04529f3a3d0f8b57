/* SPDX-License-Identifier: MIT */
/* --check: finds problems of an arbitrary image without booting it. */
#ifndef LULL_PACKER_CHECK_H
#define LULL_PACKER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct rootfs;

/*
 * Prints one line for each problem of the image: invalid archives; /init; dangling links; files
 * hidden by file systems that init mounts; programs for another machine; missing interpreters,
 * loaders and libraries, looked up as loaders do. `kernel`, a name as for -k, adds a check against
 * that kernel; NULL: none. Returns DONE, FOUND or FAILED (view.h).
 */
int check_image(const char *name, const char *kernel);

/*
 * Makes the directories, links and regular files of `rootfs` in a new directory, for
 * scratch_remove(). Nodes and irrelevant files are skipped; files whose content is not needed have
 * their size only. After a signal (interrupt.h) the tree is incomplete. Returns NULL after a
 * warning.
 */
char *rootfs_tree_make(const struct rootfs *rootfs);

#endif
