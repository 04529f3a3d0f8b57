/* SPDX-License-Identifier: MIT */
/* An image's file system as a private directory, for the resolver to read. */
#ifndef LULL_PACKER_ROOTFS_TREE_H
#define LULL_PACKER_ROOTFS_TREE_H

struct rootfs;

/*
 * Makes directories, links and regular files of `rootfs` in a new directory, to be given to
 * scratch_remove(). Nodes are left out, and so are files that nothing looks for; what is looked for
 * and not read has its size and nothing in it. After a signal (interrupt.h) there is less. NULL
 * after a warning.
 */
char *rootfs_tree_make(const struct rootfs *rootfs);

#endif
