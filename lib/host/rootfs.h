/* SPDX-License-Identifier: MIT */
/*
 * The file system that the kernel makes of an initramfs, entry by entry, like init/initramfs.c:
 * do_name(), do_symlink(), do_copy(). The kernel skips entries that it cannot make, without a
 * message. Pure: no files are created.
 */
#ifndef LULL_ROOTFS_H
#define LULL_ROOTFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file with one or more names. */
struct rootfs_file {
	uint32_t mode; /* with the type, as in stat(2) */
	uint32_t uid;
	uint32_t gid;
	uint32_t mtime; /* seconds since 1970 */
	uint32_t ino;	/* as in the archive */
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t links; /* names; for a directory including "." and the ".." of subdirectories */
	uint32_t names; /* in a directory */
	const unsigned char *data; /* of a regular file, or a link's target; not owned */
	uint64_t size;
	bool is_named;		  /* by the image; false: only in the kernel's built-in tree */
	struct rootfs_file *next; /* for rootfs_free() */
};

struct rootfs_entry {
	char *path; /* absolute, without links among its parents; "" is the root */
	struct rootfs_file *file;
};

struct rootfs {
	struct rootfs_entry **entries; /* by rootfs_sort(): entries of the image, sorted by path */
	size_t count;
	void *paths; /* search tree of entries */
	void *links; /* search tree of hard links */
	struct rootfs_file *files;
};

/* An entry of an archive. */
struct rootfs_wanted {
	const char *name;
	struct rootfs_file file;
	uint32_t nlink; /* in the archive: from 2 on, the kernel looks for other names */
	uint32_t dev_major;
	uint32_t dev_minor;
};

/* Starts with the kernel's built-in tree (usr/default_cpio_list): /dev, /dev/console, /root. */
void rootfs_start(struct rootfs *rootfs);
void rootfs_free(struct rootfs *rootfs);

/* Makes an entry. Returns NULL, or the reason why the kernel does not make it as requested. */
const char *rootfs_add(struct rootfs *rootfs, const struct rootfs_wanted *wanted);

/* Steps of rootfs_add(): makes a file without a name; looks up the entry at exactly this path. */
struct rootfs_file *rootfs_file(struct rootfs *rootfs, const struct rootfs_file *like);
struct rootfs_entry *rootfs_at(const struct rootfs *rootfs, const char *path);

/* The kernel forgets hard links at TRAILER!!!. */
void rootfs_forget(struct rootfs *rootfs);

void rootfs_sort(struct rootfs *rootfs);

/*
 * Resolves a path, with or without a leading slash; links above it are followed and, with `follow`,
 * a final one too. Returns NULL with errno; `path`, if not NULL, receives the path without links,
 * even if it does not exist.
 */
struct rootfs_entry *rootfs_find(const struct rootfs *rootfs, const char *name, bool follow,
				 char path[PATH_MAX]);

#endif
