/* SPDX-License-Identifier: MIT */
/*
 * What distributions compile into glibc's loader: the directories that it looks in by default,
 * which stand one behind the other in the file as strings with a slash at each end (elf/dl-load.c
 * system_dirs). Pure.
 */
#ifndef LULL_PACKER_LOADER_H
#define LULL_PACKER_LOADER_H

#include <stdbool.h>
#include <stddef.h>

enum { LOADER_DIRECTORIES = 8 };

struct loader {
	size_t
	    count; /* of directories, at most LOADER_DIRECTORIES; 0: none is found, as with musl */
	const char *first; /* of them; each begins behind the NUL of the one before */
	bool legacy; /* it looks in subdirectories for capabilities without glibc-hwcaps too, as up
			to 2.36 */
};

/* Reads the loader of `size` bytes at `data`, which must stay. */
void loader_read(struct loader *loader, const void *data, size_t size);

#endif
