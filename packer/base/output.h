/* SPDX-License-Identifier: MIT */
/* An output file, which appears complete or not at all. */
#ifndef LULL_PACKER_OUTPUT_H
#define LULL_PACKER_OUTPUT_H

#include <stdbool.h>

#include "base/file_id.h"
#include "host/new_file.h"

struct output {
	const char *name; /* as given */
	char *path;	  /* with links followed */
	struct new_file file;
	int fd;			 /* of the temporary file; -1: not open */
	struct file_id replaced; /* the existing file of this name */
};

/*
 * Resolves the path of an output before any work is done. Returns 0, and the caller passes `output`
 * to output_end(); or -1 after a warning, if its directory is missing or not writable, or the name
 * is taken by something other than a regular file.
 */
int output_start(struct output *output, const char *name);

/* Whether two started outputs would be written to the same path. */
bool output_is_same(const struct output *a, const struct output *b);

/* Creates the temporary file, output->fd. Returns 0, or -1 after a warning. */
int output_open(struct output *output);

/* Syncs the file and renames it to its path. Returns 0, or -1 after a warning. */
int output_commit(struct output *output);

/* Removes the temporary file if it was not committed. */
void output_end(struct output *output);

#endif
