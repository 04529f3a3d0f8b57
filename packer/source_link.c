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

bool
source_is_in_tree(const struct source *source, const char *path)
{
	size_t length = strlen(source->root);

	return length > 0 && strncmp(path, source->root, length) == 0 && path[length] == '/';
}

char *
source_there(const struct source *source, const char *path, struct stat *stat)
{
	if (source_is_in_tree(source, path))
		return source_real(source, path + strlen(source->root), stat);
	char *real = realpath(path, NULL);
	if (real != NULL && lstat(real, stat) == 0)
		return real;
	free(real);
	return NULL;
}

char *
source_resolve(const struct source *source, const char *path)
{
	struct stat stat;
	char *real = source_there(source, path, &stat);

	if (real == NULL || source_is_in_tree(source, path))
		return real;
	free(real);
	return memory_copy(path);
}

char *
source_link(const struct source *source, const char *from, struct stat *stat)
{
	if (source->root[0] == '\0' || source_is_in_tree(source, from))
		return source_there(source, from, stat);
	return walk_from_here(source, from, stat);
}
