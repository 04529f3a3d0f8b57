/* SPDX-License-Identifier: MIT */
/* What a file is, whatever it is called. */
#ifndef BENCH_FILE_HASH_H
#define BENCH_FILE_HASH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sha256.h"

struct file_hash {
	char digits[2 * SHA256_SIZE + 1]; /* SHA-256, hexadecimal */
	uint64_t size;			  /* bytes */
	struct stat seen;		  /* of the file, before its first byte was read */
};

/* Reads all of a file. Returns 0, or -1 with errno. */
int file_hash_read(struct file_hash *hash, const char *path);

/* The same of an open file, from where it stands. */
int file_hash_read_fd(struct file_hash *hash, int fd);

/* Whether both are of one file that was not written between them, by inode, size and time of modification. */
bool file_hash_is_same(const struct stat *before, const struct stat *now);

#endif
