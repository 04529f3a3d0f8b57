/* SPDX-License-Identifier: MIT */
/*
 * The files that a study boots, kept in one folder under the SHA-256 of what they hold: whatever becomes of the originals
 * meanwhile, each boot has the same.
 */
#ifndef BENCH_ARCHIVE_H
#define BENCH_ARCHIVE_H

#include "sha256.h"

struct archived {
	char name[2 * SHA256_SIZE + 1]; /* in the folder: the SHA-256 in hexadecimal */
};

/* Copies a file into the folder. Returns 0, or -1 after telling on stderr what is wrong. */
int archive_file(struct archived *file, int folder, const char *path);

/*
 * Has packer make an image, with the working folder `from`, and keeps it; `label` is for messages. packer is the one
 * beside bench, else that of PATH. Returns 0, or -1 after telling on stderr what is wrong.
 */
int archive_pack(struct archived *file, int folder, const char *label, char *const arguments[], const char *from);

#endif
