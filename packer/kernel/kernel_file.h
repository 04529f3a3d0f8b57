/* SPDX-License-Identifier: MIT */
/* A kernel's file, and the kernel that is packed in it, which is unpacked only where something is asked of it. */
#ifndef LULL_PACKER_KERNEL_FILE_H
#define LULL_PACKER_KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/kernel_image.h"

struct kernel_file {
	const char *name;
	void *map;
	size_t size;
	struct kernel_image image;
	unsigned char *unpacked; /* NULL: not yet, or there is nothing packed in it */
	size_t unpacked_size;
	bool tried;
};

/* Reads the file. Returns 0 with `file` to be given to kernel_file_close(), or -1 after a warning. */
int kernel_file_open(struct kernel_file *file, const char *name);
void kernel_file_close(struct kernel_file *file);

/* Makes sure that file->image tells all that can be known, for which it may have to be unpacked. */
void kernel_file_tell(struct kernel_file *file);

/* The configuration that is in the kernel, *text to be freed. False: there is none. */
bool kernel_file_config(struct kernel_file *file, char **text, size_t *size);

/* The same from a file of its own, plain or by gzip as /proc/config.gz is. Returns 0, or -1 after a warning. */
int kernel_file_config_of(const char *name, char **text, size_t *size);

#endif
