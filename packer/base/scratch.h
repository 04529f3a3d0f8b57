/* SPDX-License-Identifier: MIT */
/* Directories of packer's own, for the time of its work. */
#ifndef LULL_PACKER_SCRATCH_H
#define LULL_PACKER_SCRATCH_H

/*
 * A new one, readable by nobody else, in TMPDIR or else in `otherwise`, to be freed. NULL after a
 * warning.
 */
char *scratch_make(const char *otherwise);

/* Removes it with all that it holds, after a warning where that fails, and frees the path. */
void scratch_remove(char *top);

#endif
