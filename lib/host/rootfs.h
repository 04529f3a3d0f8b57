/* SPDX-License-Identifier: MIT */
/*
 * The file system that the kernel makes of an initramfs, entry by entry, as init/initramfs.c does
 * it: do_name(), do_symlink(), do_copy(). What it cannot make it leaves out and says nothing. Pure:
 * nothing is made here.
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
	uint32_t ino;	/* as the archive has it */
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t links;		   /* names; of a directory, with "." and the ".." of those in it */
	uint32_t names;		   /* in a directory */
	const unsigned char *data; /* of a regular file or a link's target, not owned */
	uint64_t size;
	bool is_named;		  /* by the image: not the kernel's own */
	struct rootfs_file *next; /* for rootfs_free() */
};

struct rootfs_entry {
	char *path; /* absolute, no link among its parents; "" is the root */
	struct rootfs_file *file;
};

struct rootfs {
	struct rootfs_entry *
	    *entries; /* by rootfs_sort(): those of the image, by the bytes of their paths */
	size_t count;
	void *paths; /* search tree of entries */
	void *links; /* search tree of what hard links are found by */
	struct rootfs_file *files;
};

/* What an entry of an archive asks for. */
struct rootfs_wanted {
	const char *name;
	struct rootfs_file file;
	uint32_t nlink; /* in the archive: from 2 on, the kernel looks for other names */
	uint32_t dev_major;
	uint32_t dev_minor;
};

/* With the kernel's own built-in tree (usr/default_cpio_list): /dev, /dev/console, /root. */
void rootfs_start(struct rootfs *rootfs);
void rootfs_free(struct rootfs *rootfs);

/*
 * Makes an entry. Returns NULL, or what it is that keeps the kernel from making it as it was asked
 * for.
 */
const char *rootfs_add(struct rootfs *rootfs, const struct rootfs_wanted *wanted);

/*
 * What rootfs_add() is made of: a file without a name yet; a name for it, in a directory that is
 * there; unlink(2) or rmdir(2), which fails in silence; the entry at exactly this path.
 */
struct rootfs_file *rootfs_file(struct rootfs *rootfs, const struct rootfs_file *like);
struct rootfs_entry *rootfs_at(const struct rootfs *rootfs, const char *path);

/* The kernel forgets at TRAILER!!! what hard links are found by. */
void rootfs_forget(struct rootfs *rootfs);

void rootfs_sort(struct rootfs *rootfs);

/*
 * The entry that a path leads to, with or without a slash in front; links above it are followed,
 * and with `follow` it itself too. NULL with errno; path, if not NULL, gets the path without links,
 * also where nothing is there.
 */
struct rootfs_entry *rootfs_find(const struct rootfs *rootfs, const char *name, bool follow,
				 char path[PATH_MAX]);

#endif
