/* SPDX-License-Identifier: MIT */
/* --check: what will go wrong with an image from anyone, without booting it. */
#ifndef LULL_PACKER_CHECK_H
#define LULL_PACKER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct rootfs;

/*
 * Warns of each thing that is wrong with the image, a line each: rules of the archive; /init; links
 * that lead nowhere; files that what init mounts will hide; programs for another machine;
 * interpreters, loaders and libraries that are missing, found as loaders find them. With `kernel`,
 * as -k names one, all that this kernel lacks for the image too; NULL: no kernel. Returns
 * VIEW_DONE, VIEW_FOUND or VIEW_FAILED (view.h).
 */
int check_image(const char *name, const char *kernel);

/*
 * Makes directories, links and regular files of `rootfs` in a new directory, to be given to
 * scratch_remove(). Nodes are left out, and so are files that nothing looks for; what is looked for
 * and not read has its size and nothing in it. After a signal (interrupt.h) there is less. NULL
 * after a warning.
 */
char *rootfs_tree_make(const struct rootfs *rootfs);

#endif
