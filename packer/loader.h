/* SPDX-License-Identifier: MIT */
/*
 * What distributions compile into glibc's loader: the directories that it looks in by default, which stand one behind
 * the other in the file as strings with a slash at each end (elf/dl-load.c system_dirs). Pure.
 */
#ifndef LULL_PACKER_LOADER_H
#define LULL_PACKER_LOADER_H

#include <stddef.h>

enum { LOADER_DIRECTORIES = 8 };

/*
 * The number of directories in the loader of `size` bytes at `data`, at most LOADER_DIRECTORIES; `*first` is the first
 * of them, and each begins behind the NUL of the one before. 0: none is found, as with musl.
 */
size_t loader_directories(const void *data, size_t size, const char **first);

#endif
