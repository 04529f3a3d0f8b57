/* SPDX-License-Identifier: MIT */
#include "plan/source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/follow.h"
#include "host/memory.h"

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

/* Whether ".." in `path` leads out of the directory that it starts in. */
static bool
climbs_out(const char *path)
{
	int depth = 0;

	for (const char *at = path + strspn(path, "/"); *at != '\0' && depth >= 0; at += strspn(at, "/")) {
		size_t length = strcspn(at, "/");
		if (length == 2 && strncmp(at, "..", 2) == 0)
			depth--;
		else if (length != 1 || *at != '.')
			depth++;
		at += length;
	}
	return depth < 0;
}

/* The same as realpath(3), but from where the way comes into the tree of another system, it stays in there. */
static char *
walk_into(const struct source *source, const char *path, struct stat *stat)
{
	char target[PATH_MAX];
	struct follow follow;
	int moved = -1;

	if (follow_start(&follow, path) == 0)
		while ((moved = follow_step(&follow)) > 0) {
			if (strcmp(follow.done, source->root) == 0 && !climbs_out(follow.rest))
				return source_real(source, follow.rest, stat);
			ssize_t got = readlink(follow.done, target, PATH_MAX - 1);
			if (got < 0 && errno == EINVAL)
				continue; /* no link */
			if (got < 0)
				return NULL;
			target[got] = '\0';
			if (follow_link(&follow, target) != 0)
				return NULL;
		}
	return moved == 0 && lstat(follow.done, stat) == 0 ? memory_copy(follow.done) : NULL;
}

char *
source_there(const struct source *source, const char *path, struct stat *stat)
{
	char here[PATH_MAX], *real = NULL;

	if (source->root[0] == '\0') {
		real = realpath(path, NULL);
		if (real != NULL && lstat(real, stat) == 0)
			return real;
		free(real);
		return NULL;
	}
	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return NULL;
	char *absolute = path[0] == '/' ? memory_copy(path) : memory_format("%s/%s", here, path);
	real = walk_into(source, absolute, stat);
	free(absolute);
	return real;
}

char *
source_resolve(const struct source *source, const char *path)
{
	struct stat stat;

	if (source->root[0] == '\0')
		return access(path, F_OK) == 0 ? memory_copy(path) : NULL;
	char *real = source_there(source, path, &stat);
	if (real == NULL || source_is_in_tree(source, real))
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
