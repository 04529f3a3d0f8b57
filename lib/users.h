/* SPDX-License-Identifier: MIT */
/*
 * Looks up users in the texts of /etc/passwd and /etc/group (passwd(5), group(5)): an image has no
 * NSS. Pure.
 */
#ifndef LULL_USERS_H
#define LULL_USERS_H

#include <stddef.h>
#include <stdint.h>

enum { USER_GROUPS_MAX = 64 };

struct user {
	uint32_t uid, gid;
	uint32_t groups[USER_GROUPS_MAX]; /* supplementary groups */
	size_t group_count;
	const char *home; /* in the text, `home_length` bytes; NULL: unknown */
	size_t home_length;
};

/* The texts for lookups; either may be NULL with length 0. */
struct users {
	const char *passwd;
	size_t passwd_length;
	const char *group;
	size_t group_length;
};

/*
 * Looks up USER or USER:GROUP, each a name or a number. A user number that passwd lacks is accepted
 * with a GROUP. Returns NULL, or the problem.
 */
const char *users_find(const struct users *users, const char *spec, struct user *user);

#endif
