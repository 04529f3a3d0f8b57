/* SPDX-License-Identifier: MIT */
/*
 * The file systems, device nodes and links that programs expect (facts of hier(7), and of /dev in
 * udev's absence).
 */
#ifndef LULL_MOUNTS_H
#define LULL_MOUNTS_H

#include <stdbool.h>

/*
 * Moves the root to where pivot_root(2) can exchange it, mounts /proc, /sys, /dev, /dev/pts,
 * /dev/shm and /run, makes /tmp and the links of /dev and /etc/mtab. Goes on behind a failure;
 * calls failed(what, errno) for each.
 */
void mounts_make(void (*failed)(const char *what, int error));

/*
 * Whether that is a file system that mounts_make() mounts, or the root: in memory, with nothing to
 * lose at the end.
 */
bool mounts_is_own(const char *at, const char *type);

#endif
