/* SPDX-License-Identifier: MIT */
#include "host/follow.h"

#include <errno.h>
#include <string.h>

static int
set_problem(struct follow *follow, int problem)
{
	follow->problem = errno = problem;
	return -1;
}

int
follow_start(struct follow *follow, const char *path)
{
	follow->done[0] = '\0';
	follow->links = 0;
	follow->directory = false;
	follow->problem = 0;
	if (strlen(path) >= sizeof(follow->rest))
		return set_problem(follow, ENAMETOOLONG);
	strcpy(follow->rest, path);
	return 0;
}

/* Removes the last component. */
static void
remove_component(struct follow *follow)
{
	char *slash = strrchr(follow->done, '/');

	if (slash != NULL)
		*slash = '\0';
}

int
follow_step(struct follow *follow)
{
	for (;;) {
		size_t slashes = strspn(follow->rest, "/"),
		       length = strcspn(follow->rest + slashes, "/");
		const char *name = follow->rest + slashes;
		size_t used = strlen(follow->done);
		int moved = 1;
		if (length == 0)
			return 0;
		if (length == 1 && name[0] == '.') {
			moved = 0;
		} else if (length == 2 && name[0] == '.' && name[1] == '.') {
			remove_component(follow);
			moved = 0;
		} else if (used + 1 + length >= sizeof(follow->done)) {
			return set_problem(follow, ENAMETOOLONG);
		} else {
			follow->done[used] = '/';
			memcpy(follow->done + used + 1, name, length);
			follow->done[used + 1 + length] = '\0';
		}
		/*
		 * Drops slashes at the end too, so that `rest` is empty after the last component.
		 */
		size_t after = strspn(name + length, "/"), gone = slashes + length + after;
		follow->directory |= after > 0 && name[length + after] == '\0';
		memmove(follow->rest, follow->rest + gone, strlen(follow->rest + gone) + 1);
		if (moved)
			return 1;
	}
}

int
follow_link(struct follow *follow, const char *target)
{
	size_t length = strlen(target), rest = strlen(follow->rest);

	if (length == 0)
		return set_problem(follow, ENOENT);
	if (++follow->links > FOLLOW_LINKS)
		return set_problem(follow, ELOOP);
	if (length + (rest > 0) + rest >= sizeof(follow->rest))
		return set_problem(follow, ENAMETOOLONG);
	memmove(follow->rest + length + (rest > 0), follow->rest, rest + 1);
	memcpy(follow->rest, target, length);
	if (rest > 0)
		follow->rest[length] = '/';
	if (target[0] == '/')
		follow->done[0] = '\0';
	else
		remove_component(follow);
	return 0;
}
