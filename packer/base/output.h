/* SPDX-License-Identifier: MIT */
/* A file that is made, the image's, which appears whole or not at all. */
#ifndef LULL_PACKER_OUTPUT_H
#define LULL_PACKER_OUTPUT_H

#include <stdbool.h>

#include "base/file_id.h"
#include "host/new_file.h"

struct output {
	const char *name; /* as given */
	char *path;	  /* where that leads */
	struct new_file file;
	int fd;			 /* the file's; -1: it is not open */
	struct file_id replaced; /* the file that has the name now */
};

/*
 * Finds out where an image of that name would go, before there is any work for it. Returns 0 with
 * `output` to be given to output_end(), or -1 after a warning: its directory is missing, or
 * something else than a file has the name.
 */
int output_start(struct output *output, const char *name);

/* Whether two outputs that were started would have one place. */
bool output_is_same(const struct output *a, const struct output *b);

/* Makes the temporary file, output->fd. Returns 0, or -1 after a warning. */
int output_open(struct output *output);

/* Puts the file in its place when all of it is on the disk. Returns 0, or -1 after a warning. */
int output_commit(struct output *output);

/* Takes away what was not committed. */
void output_end(struct output *output);

#endif
