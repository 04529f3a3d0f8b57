/* SPDX-License-Identifier: MIT */
/*
 * The init of an image: which one it is, whether the kernel can execute it, and what Lull's knows
 * an image by.
 */
#ifndef LULL_INIT_FILE_H
#define LULL_INIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct rootfs;
struct rootfs_entry;

/*
 * What marks an image: init takes one that has the first, but not the last entry of all, for cut
 * off. The first has the lines "packer VERSION" and "manifest HASH": the SHA-256 of REASONS_FILE,
 * for init to tell without hashing it.
 */
#define INIT_FILE_IMAGE "/etc/lull/image"
#define INIT_FILE_END "/etc/lull/end"

/*
 * Whether a file is Lull's init: an ELF file that contains an image's end mark. The name does not
 * matter.
 */
bool init_file_is_lull(const void *bytes, size_t size);

/*
 * The init at `path`, links followed, in *entry: NULL if it is missing. Returns NULL, or why the
 * kernel cannot execute it, as the rest of a message that begins with the path.
 */
const char *init_file_find(const struct rootfs *rootfs, const char *path,
			   const struct rootfs_entry **entry);

#endif
