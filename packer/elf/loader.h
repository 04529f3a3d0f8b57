/* SPDX-License-Identifier: MIT */
/*
 * The default library directories that distributions compile into glibc's loader: consecutive
 * strings in the file, with a slash at each end (elf/dl-load.c system_dirs). Pure.
 */
#ifndef LULL_PACKER_LOADER_H
#define LULL_PACKER_LOADER_H

#include <stdbool.h>
#include <stddef.h>

enum { LOADER_DIRECTORIES = 8 };

struct loader {
	size_t count; /* of directories, at most LOADER_DIRECTORIES; 0: none found, as in musl */
	const char *first; /* each of the others begins after the NUL of the one before */
	bool legacy; /* it also searches the capability subdirectories from before glibc-hwcaps (up
			to 2.36) */
};

/* Reads the loader of `size` bytes at `data`, which must outlive `loader`. */
void loader_read(struct loader *loader, const void *data, size_t size);

#endif
