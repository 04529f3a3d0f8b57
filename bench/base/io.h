/* SPDX-License-Identifier: MIT */
/* Files, whole. */
#ifndef BENCH_IO_H
#define BENCH_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sha256.h"

/* Writes all of it. Returns 0, or -1 with errno; some of it may be written then. */
int io_write(int fd, const void *bytes, size_t length);

/*
 * Makes the file `name` in `folder`, whole and synced. Returns 0, or -1 with errno: EEXIST where
 * there is one already, which stays as it is.
 */
int io_create(int folder, const char *name, const void *bytes, size_t length);

/*
 * Makes or replaces the file `name` in `folder`: there is the old or the new one, whole and synced,
 * at any moment. Returns 0, or -1 with errno.
 */
int io_replace(int folder, const char *name, const void *bytes, size_t length);

/*
 * Reads a file of at most `max` bytes into a new block, with NUL behind. Returns NULL with errno;
 * EFBIG: it is longer.
 */
char *io_read(int folder, const char *name, size_t max, size_t *length);

struct file_hash {
	char digits[2 * SHA256_SIZE + 1]; /* SHA-256, hexadecimal */
	uint64_t size;			  /* bytes */
	struct stat seen;		  /* of the file, before its first byte was read */
};

/* Reads all of a file. Returns 0, or -1 with errno. */
int file_hash_read(struct file_hash *hash, const char *path);

/* The same of an open file, from where it stands. */
int file_hash_read_fd(struct file_hash *hash, int fd);

/*
 * Whether both are of one file that was not written between them, by inode, size and time of
 * modification.
 */
bool file_hash_is_same(const struct stat *before, const struct stat *now);

#endif
