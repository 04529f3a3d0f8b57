/* SPDX-License-Identifier: MIT */
/* Whole files. */
#ifndef BENCH_IO_H
#define BENCH_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sha256.h"

/* Writes all bytes. Returns 0, or -1 with errno, possibly after writing some of them. */
int io_write(int fd, const void *bytes, size_t length);

/*
 * Creates the file `name` in `folder`, complete and synced. Returns 0, or -1 with errno: EEXIST if
 * the file exists, which is then unchanged.
 */
int io_create(int folder, const char *name, const void *bytes, size_t length);

/*
 * Creates or replaces the file `name` in `folder`. At any moment the folder has the old or the new
 * file, complete and synced. Returns 0, or -1 with errno.
 */
int io_replace(int folder, const char *name, const void *bytes, size_t length);

/*
 * Reads a file of at most `max` bytes into a new block, and appends a NUL. Returns NULL with errno;
 * EFBIG: the file is longer.
 */
char *io_read(int folder, const char *name, size_t max, size_t *length);

struct file_hash {
	char digits[2 * SHA256_SIZE + 1]; /* SHA-256, hexadecimal */
	uint64_t size;			  /* bytes */
	struct stat seen;		  /* of the file, before its first byte was read */
};

/* Reads all of a file. Returns 0, or -1 with errno. */
int file_hash_read(struct file_hash *hash, const char *path);

/* The same for an open file, from its current offset. */
int file_hash_read_fd(struct file_hash *hash, int fd);

/*
 * Whether both are of the same file, not modified in between: compares inode, size and modification
 * time.
 */
bool file_hash_is_same(const struct stat *before, const struct stat *now);

#endif
