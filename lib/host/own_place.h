/* SPDX-License-Identifier: MIT */
/* Where the program that runs is, for what comes with it. */
#ifndef LULL_OWN_PLACE_H
#define LULL_OWN_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The folder that the program is in, and whether that is one of the build tree, which has its
 * objects beside it, and not where it was installed. Returns 0, or -1 with errno.
 */
int own_place(char *folder, size_t size, bool *is_build_tree);

#endif
