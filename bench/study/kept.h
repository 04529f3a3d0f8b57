/* SPDX-License-Identifier: MIT */
/*
 * Copies of the files that a study boots, in one folder, named by the SHA-256 of their contents:
 * every boot uses the same bytes, even if the originals change.
 */
#ifndef BENCH_KEPT_H
#define BENCH_KEPT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "sha256.h"

struct kept {
	char name[2 * SHA256_SIZE + 1]; /* in the folder: the SHA-256 in hexadecimal */
	struct stat seen;  /* status when the bytes were last verified; st_ino 0: never */
	unsigned readings; /* how often the bytes were read */
};

/* Copies a file into the folder. Returns 0, or -1 after a message on stderr. */
int kept_file(struct kept *file, int folder, const char *path);

/*
 * Runs packer, in the folder `from`, to make an image, and keeps it; `label` is for messages. Uses
 * the packer next to bench, else that in PATH. Returns 0, or -1 after a message on stderr.
 */
int kept_pack(struct kept *file, int folder, const char *label, char *const arguments[],
	      const char *from);

/*
 * Whether the kept file has the right contents; reads all of it. Prints a message if not, with its
 * path `path`.
 */
bool kept_is_intact(struct kept *file, int folder, const char *path);

/*
 * Whether the file is untouched since its bytes were verified: same file, size and modification
 * time.
 */
bool kept_is_untouched(const struct kept *file, int folder);

#endif
