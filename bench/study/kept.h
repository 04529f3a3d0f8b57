/* SPDX-License-Identifier: MIT */
/*
 * The files that a study boots, kept in one folder under the SHA-256 of what they hold: whatever
 * becomes of the originals meanwhile, each boot has the same.
 */
#ifndef BENCH_KEPT_H
#define BENCH_KEPT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "sha256.h"

struct kept {
	char name[2 * SHA256_SIZE + 1]; /* in the folder: the SHA-256 in hexadecimal */
	struct stat seen;  /* when its bytes were that; st_ino 0: they were not looked at */
	unsigned readings; /* how often they were looked at */
};

/* Copies a file into the folder. Returns 0, or -1 after telling on stderr what is wrong. */
int kept_file(struct kept *file, int folder, const char *path);

/*
 * Has packer make an image, with the working folder `from`, and keeps it; `label` is for messages.
 * packer is the one beside bench, else that of PATH. Returns 0, or -1 after telling on stderr what
 * is wrong.
 */
int kept_pack(struct kept *file, int folder, const char *label, char *const arguments[],
	      const char *from);

/*
 * Whether the kept file holds what it should, read whole. Prints a message where it does not;
 * `path` is its.
 */
bool kept_is_intact(struct kept *file, int folder, const char *path);

/*
 * Whether it has been left alone since its bytes were looked at: same file, size and time of
 * modification.
 */
bool kept_is_untouched(const struct kept *file, int folder);

#endif
