/* SPDX-License-Identifier: MIT */
/* Lull's own init: its location, its detection, and the links to it in an image. */
#ifndef LULL_PACKER_OWN_INIT_H
#define LULL_PACKER_OWN_INIT_H

#include <stdbool.h>
#include <stddef.h>

/* Paths of links to it, ended by NULL. */
extern const char *const own_init_links[];

/* Returns whether `name` is the last component of one of these paths. */
bool own_init_has(const char *name);

/*
 * Returns the path of Lull's own init: in ../lib/lull relative to packer's directory, or in
 * LULL_LIBDIR; only in the build tree instead in packer's directory or its parent. NULL if it is
 * missing, with *tried, the searched directories for a message. Both are to be freed.
 */
char *own_init_find(char **tried);

/* Returns whether the content of the file `path` is Lull's init (init_file.h). */
bool own_init_is(const char *path);

#endif
