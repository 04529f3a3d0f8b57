/* SPDX-License-Identifier: MIT */
/*
 * The files that a study boots, kept in one folder under the SHA-256 of what they hold: whatever becomes of the
 * originals meanwhile, each boot has the same.
 */
#ifndef BENCH_KEPT_H
#define BENCH_KEPT_H

#include <stdbool.h>

#include "sha256.h"

struct kept {
	char name[2 * SHA256_SIZE + 1]; /* in the folder: the SHA-256 in hexadecimal */
};

/* Copies a file into the folder. Returns 0, or -1 after telling on stderr what is wrong. */
int kept_file(struct kept *file, int folder, const char *path);

/*
 * Has packer make an image, with the working folder `from`, and keeps it; `label` is for messages. packer is the one
 * beside bench, else that of PATH. Returns 0, or -1 after telling on stderr what is wrong.
 */
int kept_pack(struct kept *file, int folder, const char *label, char *const arguments[], const char *from);

/* Whether the kept file, at `path`, still is what it was. Tells on stderr where it is not. */
bool kept_is_intact(const struct kept *file, const char *path);

#endif
