/* SPDX-License-Identifier: MIT */
/*
 * The plan: what will be in the image, each path once, each with its reasons. Pure: it knows what
 * was found out about files, and reads none.
 */
#ifndef LULL_PACKER_PLAN_H
#define LULL_PACKER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum plan_type { PLAN_DIR, PLAN_FILE, PLAN_LINK, PLAN_NODE };

/* Whose word counts where two want the same path. */
enum plan_rank {
	PLAN_IMPLIED,  /* a directory that something is in */
	PLAN_SKELETON, /* what every image has, unless something else is given */
	PLAN_GIVEN,
};

/* "library of /usr/bin/ls": a kind and what it is about. */
struct plan_why {
	const char *what;
	const char *of;
};

struct plan_reason {
	struct plan_why why;
	bool implied; /* of a directory that something is in: one of several, as it came first */
	struct plan_reason *next;
};

/* A file of this machine that bytes come from. */
struct plan_origin {
	const char *path;
	struct plan_origin *next;
};

struct plan_entry {
	const char *path; /* in the image, absolute, no link among its parents */
	enum plan_type type;
	enum plan_rank rank;
	uint32_t mode; /* permission bits */
	uint32_t uid, gid;
	uint32_t
	    dropped;   /* bits of the file's mode that would mean another user or group than here */
	uint32_t time; /* in seconds since 1970, by times_set() */
	const char *content; /* of a file: its bytes; of a link: its target; NULL: a file that is
				read from `source` */
	size_t content_size; /* 0: `content` is a string, and has its length */
	const char *source;  /* the file on this machine */
	struct stat stat;    /* of `source`, as it was when planned */
	bool in_place;	     /* `source` is `path` below the source's root */
	const char *tree; /* of the plan: the path of the tree that it came with; NULL: it was named
			     by itself */
	bool
	    moved; /* it is not, and packer chose `path`: nobody else may mean another file by it */
	bool last; /* stands behind all others in the archive */
	bool early;		     /* stands in an archive of its own before that (early.h) */
	struct plan_origin *origins; /* of content that was made of files */
	mode_t node; /* of a device node: S_IFCHR, S_IFBLK or S_IFIFO, which has no numbers */
	uint32_t major, minor;
	struct plan_reason *reasons;
	struct plan_entry
	    *first;	/* by plan_sort(): the first of the entries that are one file on the disk */
	uint32_t links; /* and in that first one, their number */
	const char *line, *mode_line,
	    *owner_line; /* FILE:LINE of manifests that name it, set its mode, its owner */
	bool followed;	 /* for the closure: what it needs is known, or will be; of a directory: all
			    in it is */
	bool whole;	 /* and all that it needs must be there */
	bool program;	 /* it is to be executed */
	struct plan_entry
	    *run_by; /* and of a script: its interpreter, or the program that env runs */
	bool proved; /* for the proof: it is in the archive; in `first`, how many of its links, and
			their inode */
	uint32_t seen;
	uint32_t ino;
};

struct plan {
	struct plan_entry **entries;
	size_t count;
	void *paths;   /* search tree of entries */
	void *strings; /* search tree of all strings, owned */
	void **blocks; /* contents that are no strings, owned */
	size_t block_count;
	bool differs; /* something was given a path that it does not have in the source: a look
			 there is not enough */
};

void plan_free(struct plan *plan);

/* The plan's own copy of a string; equal strings have one copy. Ever valid until plan_free(). */
const char *plan_string(struct plan *plan, const char *string);

/*
 * Gives the plan a block of memory, which it frees in the end: the content of a file, say. Returns
 * it.
 */
const void *plan_own(struct plan *plan, void *block);

/* Makes the string `text` the content of a file that is planned. */
void plan_set_content(struct plan *plan, struct plan_entry *entry, const char *text);

/* Notes that an entry's content was made of the file `path` of this machine, among others. */
void plan_add_origin(struct plan *plan, struct plan_entry *entry, const char *path);

/* The entry at exactly this path, or NULL. */
struct plan_entry *plan_find(const struct plan *plan, const char *path);

/*
 * Adds a copy of `entry`, strings included. Where its path is taken by the same thing, the higher
 * rank's mode counts; by another thing of higher rank, that stays. In both cases the reason is
 * added to the one that stays, and it is returned. Returns NULL with errno EEXIST where the path is
 * taken otherwise.
 */
struct plan_entry *plan_add(struct plan *plan, const struct plan_entry *entry, struct plan_why why);

/*
 * Gives what packer has moved the rights that everybody's umask would leave: 0755, or 0644 for what
 * nobody executes.
 */
void plan_share_mode(struct plan_entry *entry);

/*
 * Adds the directories above `path` that are not there. Returns 0, or -1 with errno ENOTDIR where
 * one is a file.
 */
int plan_add_parents(struct plan *plan, const char *path, struct plan_why why);

/*
 * `path` with the planned links among its parents followed and "." and ".." taken out, to be freed.
 * NULL with errno ELOOP, or ENAMETOOLONG.
 */
char *plan_locate(const struct plan *plan, const char *path);

/* Bytes of the entry's data in the archive. */
uint64_t plan_size(const struct plan_entry *entry);

/* The entry's type as a header has it, S_IFREG and the like. */
uint32_t plan_type_bits(const struct plan_entry *entry);

/*
 * Permission bits of the entry where cpio reads it: in the source, or in the staging, where all
 * must be readable. What the entry is to have, and its owner, is written over them in the archive.
 */
uint32_t plan_disk_mode(const struct plan_entry *entry);

/*
 * Whether the entry is made in the staging directory: what is not read in place and needs no header
 * of our own.
 */
bool plan_is_staged(const struct plan_entry *entry);

/*
 * Sorts by the bytes of the paths, so that parents stand before children, and finds the hard links:
 * names of one file that are to have the same mode and owner.
 */
void plan_sort(struct plan *plan);

enum {
	TIMES_DEFAULT = 315619200
}; /* 1980-01-02: zip(1) has none before 1980, in any zone; to ninja(1) 0 is "missing" */

/* Gives each entry of a sorted plan its time, `time` unless it needs another. */
void times_set(struct plan *plan, uint32_t time);

/*
 * Reports set-ID bits that are dropped, and capabilities of files, which no newc archive
 * holds.
 */
void rights_report(const struct plan *plan);

#endif
