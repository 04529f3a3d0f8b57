/* SPDX-License-Identifier: MIT */
/* Temporary directories. */
#ifndef LULL_PACKER_SCRATCH_H
#define LULL_PACKER_SCRATCH_H

/*
 * Creates a directory of mode 0700 in TMPDIR if that is an absolute path, else in `otherwise`, and
 * returns its path, to be freed. NULL after a warning.
 */
char *scratch_make(const char *otherwise);

/* Removes the directory with its contents, warns if that fails, and frees the path. */
void scratch_remove(char *top);

#endif
