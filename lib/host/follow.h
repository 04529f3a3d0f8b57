/* SPDX-License-Identifier: MIT */
/*
 * A path taken apart component by component, as the kernel does it; pure: whoever calls looks at
 * what is there.
 */
#ifndef LULL_FOLLOW_H
#define LULL_FOLLOW_H

#include <limits.h>
#include <stdbool.h>

enum { FOLLOW_LINKS = 40 }; /* MAXSYMLINKS of the kernel */

struct follow {
	char done[PATH_MAX]; /* absolute, no "." or "..", no slash at its end; "" is the root */
	char rest[PATH_MAX]; /* what is still to be walked; "" when `done` ends with the last
				component */
	int links;
	bool directory; /* a slash stood at an end: what is found must be one */
	int problem;	/* errno of what ended the walk; 0: it came to its end */
};

/* Starts at the root with `path`. Returns 0, or -1 with errno ENAMETOOLONG. */
int follow_start(struct follow *follow, const char *path);

/* Moves the next component from `rest` to `done`: 1, or 0 when there was none, or -1 with errno. */
int follow_step(struct follow *follow);

/*
 * `done` is a symbolic link to `target`: goes on there. Returns 0, or -1 with errno ELOOP, ENOENT,
 * ENAMETOOLONG.
 */
int follow_link(struct follow *follow, const char *target);

#endif
