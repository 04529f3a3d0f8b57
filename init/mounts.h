/* SPDX-License-Identifier: MIT */
/* The file systems, device nodes and links that programs expect (facts of hier(7), and of /dev in udev's absence). */
#ifndef LULL_MOUNTS_H
#define LULL_MOUNTS_H

/*
 * Mounts /proc, /sys, /dev, /dev/pts, /dev/shm and /run, makes /tmp and the links of /dev and /etc/mtab. Goes on behind
 * a failure; calls failed(what, errno) for each.
 */
void mounts_make(void (*failed)(const char *what, int error));

#endif
