/* SPDX-License-Identifier: MIT */
/* The location of the running program, for files that come with it. */
#ifndef LULL_OWN_PLACE_H
#define LULL_OWN_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The program's folder, and whether that is the build tree (it has an obj folder) rather than an
 * installation. Returns 0, or -1 with errno.
 */
int own_place(char *folder, size_t size, bool *is_build_tree);

#endif
