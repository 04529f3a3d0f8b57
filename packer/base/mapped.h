/* SPDX-License-Identifier: MIT */
/*
 * Files of this machine, mapped into memory. If a file shrinks while packer reads it, or its disk
 * fails, packer exits with status 3 and a message that names the file, instead of dying by SIGBUS.
 * No clean-up runs then, so no temporary files may exist while files are mapped.
 */
#ifndef LULL_PACKER_MAPPED_H
#define LULL_PACKER_MAPPED_H

#include <stddef.h>

/*
 * Maps a file and returns its bytes; NULL with errno, which is 0 for an empty file. Only the pages
 * that are accessed are read.
 */
void *mapped_file(const char *path, size_t *size);

/* Unmaps a result of mapped_file(); NULL is allowed. */
void mapped_release(const void *map);

#endif
