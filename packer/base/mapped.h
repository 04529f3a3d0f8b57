/* SPDX-License-Identifier: MIT */
/*
 * Files of this machine, read as memory. One that shrinks while it is being read, or whose disk
 * fails, ends packer with status 3 and a message that names it, where the kernel would end it with
 * SIGBUS: so nothing may be on the disk that would have to be taken away.
 */
#ifndef LULL_PACKER_MAPPED_H
#define LULL_PACKER_MAPPED_H

#include <stddef.h>

/*
 * The bytes of a file; NULL with errno, which is 0 for an empty one. Maps only, so that of a large
 * file no more is read than is looked at.
 */
void *mapped_file(const char *path, size_t *size);

/* Releases what mapped_file() gave, or NULL. */
void mapped_release(const void *map);

#endif
