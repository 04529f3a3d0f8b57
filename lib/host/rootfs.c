/* SPDX-License-Identifier: MIT */
#include "host/rootfs.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/follow.h"
#include "host/memory.h"

static void rootfs_put(struct rootfs *rootfs, const char *path, struct rootfs_file *file);
static void rootfs_take(struct rootfs *rootfs, struct rootfs_entry *entry);

/* The key of hard links; the name is looked up again for the second link. */
struct link {
	uint32_t major, minor, ino, type;
	char *name;
};

static const char missing[] = "the kernel skips it: its parent directory is missing";
static const char taken[] = "the kernel skips it: a non-empty directory has its name";

static int
compare_links(const void *a, const void *b)
{
	return memcmp(a, b, offsetof(struct link, name));
}

static uint32_t
file_type(const struct rootfs_file *file)
{
	return file->mode & S_IFMT;
}

static void
free_link(void *link)
{
	free(((struct link *)link)->name);
	free(link);
}

void
rootfs_forget(struct rootfs *rootfs)
{
	tdestroy(rootfs->links, free_link);
	rootfs->links = NULL;
}

/*
 * clean_path(): removes the entry at `path` if its type differs from that of `mode`; 0 differs from
 * every type.
 */
static void
clean_path(struct rootfs *rootfs, const char *path, uint32_t mode)
{
	struct rootfs_entry *there = rootfs_at(rootfs, path);

	if (there != NULL && ((there->file->mode ^ mode) & S_IFMT) != 0)
		rootfs_take(rootfs, there);
}

/*
 * maybe_link(): makes the name a hard link to an earlier name of the same file. Returns 1, or 2 if
 * it is the first that the header's count does not include, which the kernel accepts; 0 if there is
 * no earlier name, -1 if it cannot be linked.
 */
static int
link_file(struct rootfs *rootfs, const struct rootfs_wanted *wanted, const char *path)
{
	struct link key = {wanted->dev_major, wanted->dev_minor, wanted->file.ino,
			   file_type(&wanted->file), NULL};

	if (wanted->nlink < 2)
		return 0;
	void **node = tfind(&key, &rootfs->links, compare_links);
	if (node == NULL) {
		struct link *link = xcalloc(1, sizeof(*link));
		*link = key;
		link->name = xstrdup(wanted->name);
		xtsearch(&rootfs->links, link, compare_links);
		return 0;
	}
	clean_path(rootfs, path, 0);
	struct rootfs_entry *old = rootfs_find(rootfs, ((struct link *)*node)->name, false, NULL);
	if (old == NULL || S_ISDIR(old->file->mode) || rootfs_at(rootfs, path) != NULL)
		return -1;
	rootfs_put(rootfs, path, old->file);
	return old->file->links == wanted->nlink + 1 ? 2 : 1;
}

static const char uncounted[] = "its header counts fewer links than the file has";

static const char unlinked[] = "the kernel skips it: the file that it links to is gone";

static void
set_owner(struct rootfs_file *file, const struct rootfs_file *wanted)
{
	file->mode = wanted->mode;
	file->uid = wanted->uid;
	file->gid = wanted->gid;
	file->mtime = wanted->mtime;
	file->is_named = true;
}

static const char *
add_file(struct rootfs *rootfs, const struct rootfs_wanted *wanted, const char *path)
{
	int linked = link_file(rootfs, wanted, path);
	struct rootfs_entry *there = rootfs_at(rootfs, path);

	if (linked < 0)
		return unlinked;
	if (there != NULL && !S_ISREG(there->file->mode))
		return S_ISDIR(there->file->mode)
			   ? taken
			   : "the kernel writes its data to the existing file of that name";
	if (there == NULL) {
		rootfs_put(rootfs, path, rootfs_file(rootfs, &wanted->file));
		return NULL;
	}
	if (linked == 0 || wanted->file.size > 0) {
		there->file->data = wanted->file.data;
		there->file->size = wanted->file.size;
		there->file->ino = wanted->file.ino;
	}
	set_owner(there->file, &wanted->file);
	return linked == 2 ? uncounted : NULL;
}

static const char *
add_directory_or_node(struct rootfs *rootfs, const struct rootfs_wanted *wanted, const char *path)
{
	bool is_directory = S_ISDIR(wanted->file.mode);
	int linked = is_directory ? 0 : link_file(rootfs, wanted, path);
	struct rootfs_entry *there = rootfs_at(rootfs, path);

	if (linked != 0)
		return linked == 2 ? uncounted : linked > 0 ? NULL : unlinked;
	if (there == NULL) {
		rootfs_put(rootfs, path, rootfs_file(rootfs, &wanted->file));
		return NULL;
	}
	if (file_type(there->file) != file_type(&wanted->file))
		return taken;
	bool is_same = is_directory || (there->file->rdev_major == wanted->file.rdev_major &&
					there->file->rdev_minor == wanted->file.rdev_minor);
	set_owner(there->file, &wanted->file);
	return is_same ? NULL : "the kernel keeps the device numbers of the existing node";
}

static const char *
add_link(struct rootfs *rootfs, const struct rootfs_wanted *wanted, const char *path)
{
	clean_path(rootfs, path, 0);
	if (rootfs_at(rootfs, path) != NULL)
		return taken;
	struct rootfs_file *file = rootfs_file(rootfs, &wanted->file);
	file->size = strnlen((const char *)file->data, file->size);
	file->mode = S_IFLNK | 0777; /* regardless of the archive */
	rootfs_put(rootfs, path, file);
	return NULL;
}

const char *
rootfs_add(struct rootfs *rootfs, const struct rootfs_wanted *wanted)
{
	struct rootfs_wanted file = *wanted;
	size_t length = strlen(wanted->name);
	char path[PATH_MAX];

	file.file.is_named = true;
	file.file.mode &= S_IFMT | 07777;
	if (rootfs_find(rootfs, wanted->name, false, path) == NULL && errno != 0)
		return errno == ENAMETOOLONG
			   ? "the kernel skips it: a part of its name is longer than 255 bytes"
			   : missing;
	if (path[0] == '\0' && !S_ISDIR(file.file.mode))
		return "the kernel skips it: its name is that of the root directory";
	if (!S_ISDIR(file.file.mode) && wanted->name[length - 1] == '/')
		return "the kernel skips it: its name ends in a slash, but it is not a directory";
	if (S_ISLNK(file.file.mode))
		return add_link(rootfs, &file, path);
	clean_path(rootfs, path, file.file.mode);
	switch (file_type(&file.file)) {
	case S_IFREG:
		return add_file(rootfs, &file, path);
	case S_IFDIR:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		return add_directory_or_node(rootfs, &file, path);
	default:
		return "the kernel skips it: its file type is invalid";
	}
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct rootfs_entry *)a)->path,
		      ((const struct rootfs_entry *)b)->path);
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
	struct rootfs_file *file = xcalloc(1, sizeof(*file));

	*file = *like;
	file->links = S_ISDIR(like->mode) ? 1 : 0; /* "." */
	file->names = 0;
	file->next = rootfs->files;
	rootfs->files = file;
	return file;
}

static void
rootfs_put(struct rootfs *rootfs, const char *path, struct rootfs_file *file)
{
	struct rootfs_entry *entry = xcalloc(1, sizeof(*entry));

	entry->path = xstrdup(path);
	entry->file = file;
	xtsearch(&rootfs->paths, entry, compare_paths);
	rootfs->count++;
	file->links++;
	if (path[0] != '\0') {
		struct rootfs_file *parent = parent_of(rootfs, path);
		parent->names++;
		parent->links += S_ISDIR(file->mode) ? 1 : 0;
	}
}

static void
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
	rootfs_put(rootfs, "/dev",
		   rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFDIR | 0755}));
	rootfs_put(rootfs, "/dev/console",
		   rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFCHR | 0600,
							     .rdev_major = 5,
							     .rdev_minor = 1}));
	rootfs_put(rootfs, "/root",
		   rootfs_file(rootfs, &(struct rootfs_file){.mode = S_IFDIR | 0700}));
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

/* A link's target, which ends at its first NUL; an empty one resolves to the link's directory. */
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
	/* A final ".." or "." is not a step. */
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
	rootfs->entries = xcalloc(rootfs->count, sizeof(*rootfs->entries));
	rootfs->count = 0;
	twalk_r(rootfs->paths, collect, rootfs);
}
