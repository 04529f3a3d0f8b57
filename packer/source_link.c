/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "follow.h"
#include "memory.h"

/* Goes on from follow->done. Returns what the way leads to, to be freed, or NULL with errno. */
static char *
walk(const struct source *source, struct follow *follow, struct stat *stat)
{
	char target[PATH_MAX];
	int moved;

	while ((moved = follow_step(follow)) > 0) {
		ssize_t got = readlink(follow->done, target, PATH_MAX - 1);
		if (got < 0 && errno == EINVAL)
			continue; /* no link */
		if (got < 0)
			return NULL;
		target[got] = '\0';
		if (follow_link(follow, target) != 0)
			return NULL;
		if (target[0] == '/')
			return source_real(source, follow->rest, stat);
	}
	return moved == 0 && lstat(follow->done, stat) == 0 ? memory_copy(follow->done) : NULL;
}

/* With a tree of another system: from a link of this machine to the first absolute one, and on in the tree. */
static char *
walk_from_here(const struct source *source, const char *from, struct stat *stat)
{
	const char *name = strrchr(from, '/');
	char *parent = memory_format("%.*s/", (int)(name - from), from);
	char *folder = realpath(parent, NULL);
	char *path = folder != NULL ? memory_format("%s%s", folder, name) : NULL, *real = NULL;
	struct follow follow;

	if (path != NULL && follow_start(&follow, path) == 0)
		real = walk(source, &follow, stat);
	free(parent);
	free(folder);
	free(path);
	return real;
}

char *
source_link(const struct source *source, const char *from, struct stat *stat)
{
	size_t length = strlen(source->root);

	if (length == 0) {
		char *real = realpath(from, NULL);
		if (real != NULL && lstat(real, stat) == 0)
			return real;
		free(real);
		return NULL;
	}
	if (strncmp(from, source->root, length) == 0 && from[length] == '/')
		return source_real(source, from + length, stat);
	return walk_from_here(source, from, stat);
}
