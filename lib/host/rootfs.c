/* SPDX-License-Identifier: MIT */
#include "host/rootfs.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/follow.h"
#include "host/memory.h"

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct rootfs_entry *)a)->path, ((const struct rootfs_entry *)b)->path);
}

struct rootfs_entry *
rootfs_at(const struct rootfs *rootfs, const char *path)
{
	const struct rootfs_entry key = {.path = (char *)(uintptr_t)path};
	void **node = tfind(&key, &rootfs->paths, compare_paths);

	return node != NULL ? *node : NULL;
}

static struct rootfs_file *
parent_of(const struct rootfs *rootfs, const char *path)
{
	char parent[PATH_MAX];
	size_t length = (size_t)(strrchr(path, '/') - path);

	memcpy(parent, path, length);
	parent[length] = '\0';
	return rootfs_at(rootfs, parent)->file;
}

struct rootfs_file *
rootfs_file(struct rootfs *rootfs, const struct rootfs_file *like)
{
	struct rootfs_file *file = memory_get(1, sizeof(*file));

	*file = *like;
	file->links = S_ISDIR(like->mode) ? 1 : 0; /* "." */
	file->names = 0;
	file->next = rootfs->files;
	rootfs->files = file;
	return file;
}

void
rootfs_put(struct rootfs *rootfs, const char *path, struct rootfs_file *file)
{
	struct rootfs_entry *entry = memory_get(1, sizeof(*entry));

	entry->path = memory_copy(path);
	entry->file = file;
	memory_tree(&rootfs->paths, entry, compare_paths);
	rootfs->count++;
	file->links++;
	if (path[0] != '\0') {
		struct rootfs_file *parent = parent_of(rootfs, path);
		parent->names++;
		parent->links += S_ISDIR(file->mode) ? 1 : 0;
	}
}

void
rootfs_take(struct rootfs *rootfs, struct rootfs_entry *entry)
{
	struct rootfs_file *file = entry->file;

	if (entry->path[0] == '\0' || (S_ISDIR(file->mode) && file->names > 0))
		return;
	struct rootfs_file *parent = parent_of(rootfs, entry->path);
	parent->names--;
	parent->links -= S_ISDIR(file->mode) ? 1 : 0;
	file->links--;
	tdelete(entry, &rootfs->paths, compare_paths);
	rootfs->count--;
	free(entry->path);
	free(entry);
}

void
rootfs_start(struct rootfs *rootfs)
{
	*rootfs = (struct rootfs){.count = 0};
	rootfs_put(rootfs, "", rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFDIR | 0755}));
	rootfs_put(rootfs, "/dev", rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFDIR | 0755}));
	rootfs_put(
	    rootfs, "/dev/console",
	    rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFCHR | 0600, .rdev_major = 5, .rdev_minor = 1}));
	rootfs_put(rootfs, "/root", rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFDIR | 0700}));
}

static void
free_entry(void *entry)
{
	free(((struct rootfs_entry *)entry)->path);
	free(entry);
}

void
rootfs_free(struct rootfs *rootfs)
{
	rootfs_forget(rootfs);
	tdestroy(rootfs->paths, free_entry);
	while (rootfs->files != NULL) {
		struct rootfs_file *next = rootfs->files->next;
		free(rootfs->files);
		rootfs->files = next;
	}
	free(rootfs->entries);
	*rootfs = (struct rootfs){.count = 0};
}

/* A link's target, which ends at its first NUL; an empty one leads where the link is. */
static const char *
target_of(const struct rootfs_file *file, char target[PATH_MAX + 1])
{
	memcpy(target, file->data, file->size);
	target[file->size] = '\0';
	return target[0] != '\0' ? target : ".";
}

struct rootfs_entry *
rootfs_find(const struct rootfs *rootfs, const char *name, bool follow, char path[PATH_MAX])
{
	struct follow walk;
	struct rootfs_entry *entry = rootfs_at(rootfs, "");
	char target[PATH_MAX + 1];
	int more = follow_start(&walk, name);

	if (more == 0 && name[0] == '\0')
		errno = ENOENT, more = -1;
	while (more == 0 && (more = follow_step(&walk)) > 0) {
		const char *last = strrchr(walk.done, '/');
		bool is_last = walk.rest[0] == '\0';
		entry = rootfs_at(rootfs, walk.done);
		more = 0;
		if (strlen(last + 1) > NAME_MAX)
			errno = ENAMETOOLONG, more = -1;
		else if (is_last && (entry == NULL || !S_ISLNK(entry->file->mode) || !follow))
			break;
		else if (entry == NULL)
			errno = ENOENT, more = -1;
		else if (S_ISLNK(entry->file->mode))
			more = follow_link(&walk, target_of(entry->file, target));
		else if (!S_ISDIR(entry->file->mode))
			errno = ENOTDIR, more = -1;
	}
	if (path != NULL)
		strcpy(path, more == 0 ? walk.done : "");
	if (more < 0)
		return NULL;
	/* What ends in ".." or "." has no step of its own. */
	entry = rootfs_at(rootfs, walk.done);
	if (entry == NULL)
		errno = 0;
	return entry;
}

static void
collect(const void *node, VISIT visit, void *closure)
{
	struct rootfs *rootfs = closure;
	struct rootfs_entry *entry = *(struct rootfs_entry *const *)node;

	if ((visit == postorder || visit == leaf) && entry->file->is_named)
		rootfs->entries[rootfs->count++] = entry;
}

void
rootfs_sort(struct rootfs *rootfs)
{
	free(rootfs->entries);
	rootfs->entries = memory_get(rootfs->count, sizeof(*rootfs->entries));
	rootfs->count = 0;
	twalk_r(rootfs->paths, collect, rootfs);
}
