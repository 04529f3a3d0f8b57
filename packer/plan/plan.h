/* SPDX-License-Identifier: MIT */
/*
 * The plan: the entries of the image, each path once, each with its reasons. Pure: it stores facts
 * about files, but reads no file.
 */
#ifndef LULL_PACKER_PLAN_H
#define LULL_PACKER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum plan_type { PLAN_DIR, PLAN_FILE, PLAN_LINK, PLAN_NODE };

/* Precedence of entries for the same path: the higher wins. */
enum plan_rank {
	PLAN_IMPLIED,  /* a parent directory of another entry */
	PLAN_SKELETON, /* part of every image, unless replaced */
	PLAN_GIVEN,
};

/* A reason: "library of", "/usr/bin/ls". */
struct plan_why {
	const char *what;
	const char *of;
};

struct plan_reason {
	struct plan_why why;
	bool implied; /* of a parent directory: only the first of its reasons */
	struct plan_reason *next;
};

/* A file of this machine from which generated content was taken. */
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
	    dropped;   /* set-ID bits that were dropped: their user or group may differ elsewhere */
	uint32_t time; /* in seconds since 1970, by times_set() */
	const char *content; /* of a file: its bytes; of a link: its target; NULL: read the file
				from `source` */
	size_t content_size; /* 0: `content` is a string */
	const char *source;  /* the file on this machine */
	struct stat stat;    /* of `source`, as it was when planned */
	bool in_place;	     /* `source` is `path` below the source's root */
	const char *tree;    /* path of the planned tree that contains it; NULL: it was named
				itself */
	bool moved; /* not in place; packer chose `path`, and no other file may be put there */
	bool last;  /* comes after all other entries in the archive */
	bool early; /* belongs to the early archive (early.h) */
	struct plan_origin *origins; /* files from which `content` was made */
	mode_t node; /* of a node: S_IFCHR, S_IFBLK, or S_IFIFO, which has no device numbers */
	uint32_t major, minor;
	struct plan_reason *reasons;
	struct plan_entry
	    *first;	/* set by plan_sort(): the first of the hard links to the same file */
	uint32_t links; /* in `first`: the number of these links */
	const char *line, *mode_line,
	    *owner_line; /* FILE:LINE of the manifests that name it, set its mode and its owner */
	bool followed;	 /* for the closure: its dependencies are planned or queued; of a directory:
			    its contents are */
	bool whole;	 /* all its dependencies must be found */
	bool program;	 /* it will be executed */
	struct plan_entry *run_by; /* of a script: its interpreter, or the program that env runs */
	bool proved; /* for the proof: found in the archive; in `first`, `seen` is the number of
			links found and `ino` their inode */
	uint32_t seen;
	uint32_t ino;
};

struct plan {
	struct plan_entry **entries;
	size_t count;
	void *paths;   /* search tree of entries */
	void *strings; /* search tree of all strings, owned */
	void **blocks; /* binary contents, owned */
	size_t block_count;
	bool differs; /* an entry has another path than in the source, so that looking only into
			 the source may miss it */
};

void plan_free(struct plan *plan);

/* Returns the plan's copy of a string; equal strings share one copy. Valid until plan_free(). */
const char *plan_string(struct plan *plan, const char *string);

/* Passes ownership of a memory block, such as the content of a file, to the plan. Returns it. */
const void *plan_own(struct plan *plan, void *block);

/* Sets the content of a planned file to a copy of the string `text`. */
void plan_set_content(struct plan *plan, struct plan_entry *entry, const char *text);

/* Records that the file `path` of this machine was one source of an entry's content. */
void plan_add_origin(struct plan *plan, struct plan_entry *entry, const char *path);

/* Returns the entry at exactly this path, or NULL. */
struct plan_entry *plan_find(const struct plan *plan, const char *path);

/*
 * Adds a copy of `entry`, strings included, and returns it. If the path has an equal entry, that
 * stays, with the mode of the higher rank; if it has a different entry of higher rank, that stays
 * unchanged: in both cases `why` is added to it and it is returned. Any other conflict returns NULL
 * with errno EEXIST.
 */
struct plan_entry *plan_add(struct plan *plan, const struct plan_entry *entry, struct plan_why why);

/*
 * Sets the mode of a moved entry to 0755 if it is executable by anybody, else to 0644, so that it
 * does not depend on the umask under which the file was created. Keeps the bits 07000.
 */
void plan_share_mode(struct plan_entry *entry);

/*
 * Adds the missing directories above `path`. Returns 0, or -1 with errno ENOTDIR if one of them is
 * planned as something else.
 */
int plan_add_parents(struct plan *plan, const char *path, struct plan_why why);

/*
 * Returns `path` with the planned links among its parents followed and "." and ".." resolved, to be
 * freed. NULL with errno ELOOP or ENAMETOOLONG.
 */
char *plan_locate(const struct plan *plan, const char *path);

/* Returns the size of the entry's data in the archive, in bytes. */
uint64_t plan_size(const struct plan_entry *entry);

/* Returns the entry's type as in stat(2): S_IFREG and the like. */
uint32_t plan_type_bits(const struct plan_entry *entry);

/*
 * Returns the permission bits of the file that cpio reads: in the source, or in the staging, where
 * all files must be readable. proof_run() replaces them by the entry's own mode and owner.
 */
uint32_t plan_disk_mode(const struct plan_entry *entry);

/*
 * Returns whether the entry is created in the staging directory: it is neither read in place nor
 * written to the archive by packer itself.
 */
bool plan_is_staged(const struct plan_entry *entry);

/*
 * Sorts the entries by the bytes of their paths, so that parents precede children, and finds hard
 * links: names of the same file that have the same mode and owner.
 */
void plan_sort(struct plan *plan);

enum {
	TIMES_DEFAULT = 315619200
}; /* 1980-01-02: zip(1) has none before 1980, in any zone; to ninja(1) 0 is "missing" */

/* Sets the time of each entry of a sorted plan to `time`, unless Python needs another. */
void times_set(struct plan *plan, uint32_t time);

/* Reports dropped set-ID bits, and file capabilities, which newc archives cannot hold. */
void rights_report(const struct plan *plan);

#endif
