/* SPDX-License-Identifier: MIT */
/* Leaves disks as they should be found: unmounted, as at the end of any other system. */
#ifndef LULL_UNMOUNT_H
#define LULL_UNMOUNT_H

#include <stdbool.h>

/*
 * Unmounts all but init's own file systems, or makes them read-only, after the end of all
 * processes; gives up after a minute. What cannot be done is given to `failed`, with errno or 0.
 * Unless `mounted` says that there is something to unmount, it looks only on machines with disks:
 * others have nothing to write back that sync(2) does not.
 */
void unmount_all(bool mounted, void (*failed)(const char *what, int error));

#endif
