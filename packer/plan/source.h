/* SPDX-License-Identifier: MIT */
/*
 * Where files are read from: this machine, or a tree of another below `root`. A path is looked up
 * as the booted image will look it up: what is planned for a path counts before what the source has
 * there.
 */
#ifndef LULL_PACKER_SOURCE_H
#define LULL_PACKER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/file_id.h"
#include "plan/plan.h"

struct source {
	const char *root;	    /* "" for this machine's own, else without a slash at its end */
	struct file_id replaced[2]; /* outputs of an earlier run, in the place of those to be made:
				       not packed */
};

/* A component on the way to a file that is not planned yet: a directory, a link or the file. */
struct source_step {
	char *path;
	char *target; /* of a link */
};

struct source_found {
	char *path;		  /* in the image, no links in it; "" is the root */
	struct plan_entry *entry; /* what is planned there, or NULL */
	struct stat stat;	  /* of the file where nothing is planned; else st_mode alone */
	struct source_step *steps;
	size_t count;
};

/*
 * Looks for the absolute path `path`, following links within the source. Returns 0 with `found` to
 * be given to source_release(), or -1 with errno, ENOENT among others, and nothing to release.
 * Reads directories only.
 */
int source_find(const struct source *source, const struct plan *plan, const char *path,
		struct source_found *found);
void source_release(struct source_found *found);

/*
 * Plans what was found, with every link and directory on the way, and returns its entry; NULL with
 * errno: EFBIG for a file of 4 GiB or more, those of source_check(), EEXIST. The root itself has no
 * entry: EISDIR.
 */
struct plan_entry *source_add(const struct source *source, struct plan *plan,
			      const struct source_found *found, struct plan_why why);

/*
 * Path on this machine, to be freed, of what `path` in the source leads to, whatever is planned,
 * with *stat; no link in it leads out of the source. NULL with errno.
 */
char *source_real(const struct source *source, const char *path, struct stat *stat);

/*
 * Path on this machine, to be freed, of what the link at `from` on this machine leads to, with
 * *stat. A link in the tree of another system never leads out of it, and one of this machine leads
 * on in that tree where it is absolute, as it will in the image. NULL with errno.
 */
char *source_link(const struct source *source, const char *from, struct stat *stat);

/*
 * Path on this machine, to be freed, of what `path` on this machine leads to, with *stat: in the
 * tree of another system no link leads out of it. NULL with errno. All that is opened of a tree is
 * opened by such a path.
 */
char *source_there(const struct source *source, const char *path, struct stat *stat);

/*
 * The same, but a path that is not in the tree of another system stays as it is, if anything is
 * there.
 */
char *source_resolve(const struct source *source, const char *path);

/*
 * The names in the directory that `path` on this machine leads to, sorted, without those that begin
 * with a dot, ended by NULL, to be freed one by one and as a whole. NULL with errno.
 */
char **source_list(const struct source *source, const char *path);

/*
 * The paths below `folder` on this machine that match `pattern`, as glob(7), below it, sorted; else
 * as source_list().
 */
char **source_glob(const struct source *source, const char *folder, const char *pattern);

/* Frees what the last two gave, or NULL. */
void source_list_free(char **names);

/* Whether a file is one of those that will be replaced. */
bool source_is_replaced(const struct source *source, const struct stat *stat);

/* The root of the tree at `directory`, to be freed; NULL with errno. */
char *source_root(const char *directory);

/*
 * Whether `path` is one of this machine's even if there is a tree of another: those that are
 * relative are.
 */
bool source_is_here(const struct source *source, const char *path);

/* Path on this machine of a path in the source, to be freed. */
char *source_path(const struct source *source, const char *path);

/*
 * 0, or the errno for a file that cannot be packed: EOPNOTSUPP and EFBIG as above, ENODATA for one
 * of /proc, /sys or their like, whose size is not told before it is read, ETXTBSY for an output
 * that is to be replaced. `path` is on this machine and `stat` is of it.
 */
int source_check(const struct source *source, const char *path, const struct stat *stat);

/*
 * Gives the entry of a regular file its mode. A set-ID bit keeps the user or group that it is for,
 * where that has the same number on all systems; else it is dropped: the file is root's in the
 * image.
 */
void source_set_mode(const struct source *source, struct plan_entry *entry,
		     const struct stat *stat);

/*
 * Plans the file `real` of this machine, with its `stat`, for a `path` that packer has chosen.
 * Returns its entry, or NULL with errno as above.
 */
struct plan_entry *source_add_moved(const struct source *source, struct plan *plan,
				    const char *real, const struct stat *stat, const char *path,
				    struct plan_why why);

/* Reason for an error of these functions in words. */
const char *source_problem(int problem);

#endif
