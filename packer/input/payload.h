/* SPDX-License-Identifier: MIT */
/* What is named on the command line: programs, files, trees of files, init. */
#ifndef LULL_PACKER_PAYLOAD_H
#define LULL_PACKER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "plan/plan.h"
#include "resolve/program_tree.h"

struct closure;
struct modules;

/* The line of a manifest that asks for what is planned now. */
struct payload_line {
	const char *where; /* "FILE:LINE" */
	const char *word;
	const char *directory; /* absolute: where relative paths begin */
	bool optional;	       /* programs that cannot be found are left out, */
	bool tell;	       /* and that is told */
};

/* A link to a program, planned only when all that is named has its place. */
struct payload_link {
	char *path; /* as it was asked for, and where that leads */
	char *target;
	struct plan_why why;
};

struct payload {
	struct closure *closure;
	struct modules *modules;
	struct payload_link *links;
	size_t count;
	struct program_trees trees;	 /* of programs that were named */
	const struct payload_line *line; /* NULL: the command line asks */
	char *init;			 /* what becomes /init; NULL: it was not found */
	bool init_is_own; /* and that is Lull's own, which answers to further names */
};

/* The reason for what is asked for now as `name`: by -b, -f or a line of a manifest. */
struct plan_why payload_why(struct payload *payload, const char *option, const char *name);

/*
 * `path` from where the one that asks now is: the current directory, or the manifest's; to be
 * freed.
 */
char *payload_absolute(const struct payload *payload, const char *path);

/*
 * Where a relative path begins in the image: at the root, in which commands are started there; to
 * be freed. The root itself is "/". NULL with errno.
 */
char *payload_rooted(const char *path);

/* All return 0, or -1 after a warning. */

/*
 * What -m names, or a line of a manifest: module_names.h, and `auto` or `auto:PATH` for what the
 * devices of this machine or those below PATH ask for.
 */
int payload_modules(struct payload *payload, char *const *words);

/*
 * Before all others: finds what becomes /init, the file that --init names, or Lull's own, with
 * `file` NULL.
 */
int payload_start(struct payload *payload, struct closure *closure, const char *file);

/*
 * -b: a name that is looked up, or a path; it gets a link in /bin where its directory is not in
 * init's PATH. What a relative path leads to becomes /usr/bin/NAME, in whichever folder it is.
 */
int payload_binary(struct payload *payload, const char *name);

/*
 * The same for the program of a command that is traced, which keeps a relative path, see
 * payload_rooted().
 */
int payload_command(struct payload *payload, const char *name, struct plan_why why);

/* Where payload_command() finds a program on this machine, to be freed, or NULL. */
char *payload_program_path(const struct payload *payload, const char *name);

/*
 * -t, once all else has its place: runs a command and plans what it came to; `text` is how it was
 * asked for.
 */
int payload_trace(struct payload *payload, char *const *argv, const char *text);

/* Whether "SRC:DST" or "SRC" names a SRC. */
bool payload_has_source(const char *spec);

/*
 * Whether "SRC:DST" gives SRC another path: by a DST, which begins with a slash, or since SRC is
 * relative.
 */
bool payload_moves(const char *spec);

/* -f: "SRC" or "SRC:DST", a file or a directory with all that is in it. */
int payload_file(struct payload *payload, const char *spec);

/*
 * The same in two parts, `to` NULL where the path is kept, with `type` S_IFREG or S_IFDIR one of
 * them only. *entry is what is then planned for a file, NULL for a directory.
 */
int payload_put(struct payload *payload, const char *from, const char *to, mode_t type,
		struct plan_entry **entry);

/* Plans /init. */
int payload_init(struct payload *payload);

/* Whether a link in /bin that has to wait will be at `path`. */
bool payload_will_link(const struct payload *payload, const char *path);

/* Plans the links that had to wait; of the payload only the trees are left then, to be freed. */
int payload_finish(struct payload *payload);

#endif
