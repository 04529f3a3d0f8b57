/* SPDX-License-Identifier: MIT */
/* Lull's own init: where it is, which file is one, and the names that it answers to. */
#ifndef LULL_PACKER_OWN_INIT_H
#define LULL_PACKER_OWN_INIT_H

#include <stdbool.h>
#include <stddef.h>

/* Links to it, by path, ended by NULL. */
extern const char *const own_init_links[];

/* Whether `name` is the last component of one of them. */
bool own_init_has(const char *name);

/*
 * The path of Lull's own init: in ../lib/lull from where packer is, or in LULL_LIBDIR; in the build
 * tree, and only there, beside packer or in the folder above. NULL if it is in none, with *tried
 * the directories looked in, for a message. Both to be freed.
 */
char *own_init_find(char **tried);

/* Whether the file at `path` is Lull's init (init_file.h). The name does not matter. */
bool own_init_is(const char *path);

#endif
