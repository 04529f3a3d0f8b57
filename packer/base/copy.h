/* SPDX-License-Identifier: MIT */
#ifndef LULL_PACKER_COPY_H
#define LULL_PACKER_COPY_H

#include <stddef.h>
#include <stdint.h>

/* Writes all of it. Returns 0, or -1 with errno. */
int copy_bytes(int fd, const void *bytes, size_t length);

/*
 * Makes the file at `path`, where nothing must be. Returns 0, or -1 with errno; then part of it may
 * be there.
 */
int copy_new_file(const char *path, const void *bytes, size_t length, int mode);

/*
 * Copies the file at `path`, which is known to have `size` bytes, within the kernel where that can
 * be done. Returns 0, or -1 with errno, ESTALE if it has another size by now.
 */
int copy_file(const char *path, int fd, uint64_t size);

#endif
