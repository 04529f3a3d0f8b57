/* SPDX-License-Identifier: MIT */
/*
 * The init of an image: finds it, checks whether the kernel can execute it, and the marks of Lull's
 * images.
 */
#ifndef LULL_INIT_FILE_H
#define LULL_INIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct rootfs;
struct rootfs_entry;

/*
 * Marks of an image. If the first is there but the last is not the image's final entry, init
 * reports that the image is truncated. The first has the lines "packer VERSION" and "manifest
 * HASH": the SHA-256 of REASONS_FILE, which init reports without hashing.
 */
#define INIT_FILE_IMAGE "/etc/lull/image"
#define INIT_FILE_END "/etc/lull/end"

/*
 * Returns whether a file is Lull's init: an ELF file that contains an image's end mark. Its name
 * does not matter.
 */
bool init_file_is_lull(const void *bytes, size_t size);

/*
 * Finds the init at `path`, following links; *entry is NULL if it is missing. Returns NULL, or the
 * reason why the kernel cannot execute it, to follow the path in a message.
 */
const char *init_file_find(const struct rootfs *rootfs, const char *path,
			   const struct rootfs_entry **entry);

#endif
