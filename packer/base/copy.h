/* SPDX-License-Identifier: MIT */
#ifndef LULL_PACKER_COPY_H
#define LULL_PACKER_COPY_H

#include <stddef.h>
#include <stdint.h>

/* Writes all bytes. Returns 0, or -1 with errno. */
int copy_bytes(int fd, const void *bytes, size_t length);

/*
 * Creates the file `path`, which must not exist. Returns 0, or -1 with errno; then part of the file
 * may exist.
 */
int copy_new_file(const char *path, const void *bytes, size_t length, int mode);

/*
 * Copies the file `path`, which had `size` bytes when it was planned, to `fd`, within the kernel if
 * possible. Returns 0, or -1 with errno: ESTALE if its size has changed.
 */
int copy_file(const char *path, int fd, uint64_t size);

#endif
