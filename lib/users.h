/* SPDX-License-Identifier: MIT */
/*
 * Users by name, out of the texts of /etc/passwd and /etc/group (passwd(5), group(5)): no NSS in an
 * image. Pure.
 */
#ifndef LULL_USERS_H
#define LULL_USERS_H

#include <stddef.h>
#include <stdint.h>

enum { USER_GROUPS_MAX = 64 };

struct user {
	uint32_t uid, gid;
	uint32_t groups[USER_GROUPS_MAX]; /* supplementary ones */
	size_t group_count;
	const char *home; /* in the text, `home_length` bytes; NULL: not told */
	size_t home_length;
};

/* What users are looked up in; either may be NULL with length 0. */
struct users {
	const char *passwd;
	size_t passwd_length;
	const char *group;
	size_t group_length;
};

/*
 * Finds USER or USER:GROUP, each a name or a number. A number that passwd does not have is a user
 * all the same, who needs a GROUP then. Returns NULL, or what is wrong.
 */
const char *users_find(const struct users *users, const char *spec, struct user *user);

#endif
