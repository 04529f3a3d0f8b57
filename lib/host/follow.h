/* SPDX-License-Identifier: MIT */
/* Resolves a path component by component, like the kernel; pure: the caller looks up files. */
#ifndef LULL_FOLLOW_H
#define LULL_FOLLOW_H

#include <limits.h>
#include <stdbool.h>

enum { FOLLOW_LINKS = 40 }; /* MAXSYMLINKS of the kernel */

struct follow {
	char done[PATH_MAX]; /* absolute, no "." or "..", no slash at its end; "" is the root */
	char rest[PATH_MAX]; /* the part not resolved yet; "" if `done` includes the last component
			      */
	int links;
	bool directory; /* the path ended in a slash: the file must be a directory */
	int problem;	/* errno that ended the walk; 0: none */
};

/* Starts at the root with `path`. Returns 0, or -1 with errno ENAMETOOLONG. */
int follow_start(struct follow *follow, const char *path);

/*
 * Moves the next component from `rest` to `done`. Returns 1, 0 if there was none, or -1 with errno.
 */
int follow_step(struct follow *follow);

/*
 * Continues at `target`, if `done` is a symbolic link to it. Returns 0, or -1 with errno ELOOP,
 * ENOENT or ENAMETOOLONG.
 */
int follow_link(struct follow *follow, const char *target);

#endif
