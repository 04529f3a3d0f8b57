/* SPDX-License-Identifier: MIT */
/*
 * The source of files: this machine, or the tree of another system below `root`. Paths are looked
 * up as in the booted image: planned entries take precedence over files of the source.
 */
#ifndef LULL_PACKER_SOURCE_H
#define LULL_PACKER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/file_id.h"
#include "plan/plan.h"

struct source {
	const char *root;	    /* "" for this machine; no trailing slash */
	struct file_id replaced[2]; /* existing files that the outputs will replace; never packed */
};

/* An unplanned step on the way to a file: a directory, a link or the file itself. */
struct source_step {
	char *path;
	char *target; /* of a link; else NULL */
};

struct source_found {
	char *path;		  /* in the image, no links in it; "" is the root */
	struct plan_entry *entry; /* the planned entry, or NULL */
	struct stat stat;	  /* of the file; of a planned entry only st_mode */
	struct source_step *steps;
	size_t count;
};

/*
 * Looks up the absolute path `path`, following links within the source. Returns 0, and the caller
 * passes `found` to source_release(); or -1 with errno, such as ENOENT, and nothing to release. It
 * opens no file.
 */
int source_find(const struct source *source, const struct plan *plan, const char *path,
		struct source_found *found);
void source_release(struct source_found *found);

/*
 * Plans a found file with every link and directory on the way, and returns its entry. NULL with
 * errno: those of source_check(), EEXIST for a conflict, EISDIR for the root directory, which has
 * no entry.
 */
struct plan_entry *source_add(const struct source *source, struct plan *plan,
			      const struct source_found *found, struct plan_why why);

/*
 * Resolves `path` in the source, ignoring the plan; no link leads out of the source. Returns the
 * path on this machine, to be freed, with *stat; NULL with errno.
 */
char *source_real(const struct source *source, const char *path, struct stat *stat);

/*
 * Resolves the link at `from` on this machine. A link in the tree of another system never leads out
 * of that tree; an absolute target of a link outside is looked up in that tree, as in the image.
 * Returns the path on this machine, to be freed, with *stat; NULL with errno.
 */
char *source_link(const struct source *source, const char *from, struct stat *stat);

/*
 * Resolves `path` on this machine; links in the tree of another system never lead out of it.
 * Returns the path on this machine, to be freed, with *stat; NULL with errno. packer opens files of
 * a tree only by such paths.
 */
char *source_there(const struct source *source, const char *path, struct stat *stat);

/* The same, but an existing path outside the tree of another system is returned unchanged. */
char *source_resolve(const struct source *source, const char *path);

/*
 * Returns the names in the directory `path` of this machine, sorted, without those that begin with
 * a dot, ended by NULL; to be passed to source_list_free(). NULL with errno.
 */
char **source_list(const struct source *source, const char *path);

/*
 * Returns the paths relative to `folder` on this machine that match `pattern` (glob(7)), sorted;
 * otherwise like source_list().
 */
char **source_glob(const struct source *source, const char *folder, const char *pattern);

/* Frees a result of source_list() or source_glob(); NULL is allowed. */
void source_list_free(char **names);

/* Returns whether a file is one of `replaced`. */
bool source_is_replaced(const struct source *source, const struct stat *stat);

/* Returns the root for the tree `directory`, to be freed; NULL with errno. */
char *source_root(const char *directory);

/*
 * Returns whether `path` is of this machine: always, or, with a tree of another system, if it is
 * relative.
 */
bool source_is_here(const struct source *source, const char *path);

/* Returns the path on this machine of a path in the source, to be freed. */
char *source_path(const struct source *source, const char *path);

/*
 * Returns 0, or an errno if the file cannot be packed: EOPNOTSUPP if it is not a regular file,
 * EFBIG if it has 4 GiB or more, ENODATA in /proc, /sys and the like, where the size is unknown
 * before reading, ETXTBSY for an output that will be replaced. `path` is on this machine, `stat`
 * its stat.
 */
int source_check(const struct source *source, const char *path, const struct stat *stat);

/*
 * Sets mode and owner of a regular file's entry. The owner is root, but a set-ID bit keeps its user
 * or group if that ID is the same on all systems (below 100); otherwise the bit is dropped.
 */
void source_set_mode(const struct source *source, struct plan_entry *entry,
		     const struct stat *stat);

/*
 * Plans the file `real` of this machine, with its `stat`, at `path`, which packer chose. Returns
 * its entry, or NULL with errno as above.
 */
struct plan_entry *source_add_moved(const struct source *source, struct plan *plan,
				    const char *real, const struct stat *stat, const char *path,
				    struct plan_why why);

/* Returns the text for an errno of these functions. */
const char *source_problem(int problem);

#endif
