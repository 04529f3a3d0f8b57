/* SPDX-License-Identifier: MIT */
/* The items that the user names: programs, files, trees of files, init. */
#ifndef LULL_PACKER_ITEMS_H
#define LULL_PACKER_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "plan/plan.h"
#include "resolve/program_tree.h"

struct closure;
struct modules;

/* The manifest line that is being planned. */
struct items_line {
	const char *where; /* "FILE:LINE" */
	const char *word;
	const char *directory; /* absolute: where relative paths begin */
	bool optional;	       /* skip programs that cannot be found */
	bool report_skipped;   /* and report them */
};

/* A link to a program, planned only after all named items. */
struct items_link {
	char *path; /* as requested; `target` is its real path */
	char *target;
	struct plan_why why;
};

struct items {
	struct closure *closure;
	struct modules *modules;
	struct items_link *links;
	size_t count;
	struct program_trees trees;    /* of the named programs */
	const struct items_line *line; /* NULL: the command line */
	char *init;		       /* the file that becomes /init; NULL: not found */
	bool init_is_own; /* it is Lull's init, to which halt, poweroff and reboot are links */
};

/* Returns the reason for planning `name`: `option`, or the current manifest line. */
struct plan_why items_why(struct items *items, const char *option, const char *name);

/*
 * Returns `path` as an absolute path, relative to the current directory or, in a manifest line, to
 * the manifest's; to be freed.
 */
char *items_absolute(const struct items *items, const char *path);

/* The functions that return int return 0, or -1 after a warning. */

/*
 * Plans the modules that -m or a manifest line names: names as in module_names.h, `auto` for the
 * modules of this machine's devices, `auto:PATH` for those of the devices below PATH.
 */
int items_add_modules(struct items *items, char *const *words);

/*
 * Initializes `items`, before all others, and finds the file for /init: `file`, which --init
 * names, or, if that is NULL, Lull's own init.
 */
int items_start(struct items *items, struct closure *closure, const char *file);

/*
 * Plans a program of -b, a name to look up or a path, with a link in /bin if its directory is not
 * in init's PATH. A relative path becomes /usr/bin/NAME, regardless of its directory.
 */
int items_add_binary(struct items *items, const char *name);

/* The same for the program of a traced command; a relative path is kept (names_rooted()). */
int items_add_command(struct items *items, const char *name, struct plan_why why);

/* Returns the path at which items_add_command() finds a program, to be freed, or NULL. */
char *items_program_path(const struct items *items, const char *name);

/*
 * Runs a command of -t, after all else is planned, and plans the files that it used; `text` is the
 * command as requested.
 */
int items_add_trace(struct items *items, char *const *argv, const char *text);

/* Returns whether the SRC of "SRC:DST" or "SRC" is not empty. */
bool items_has_source(const char *spec);

/*
 * Returns whether "SRC:DST" or "SRC" gives SRC another path: it has a DST, which begins with a
 * slash, or SRC is relative.
 */
bool items_moves(const char *spec);

/* Plans "SRC" or "SRC:DST" of -f: a file, or a directory with its contents. */
int items_add_file(struct items *items, const char *spec);

/*
 * The same for separate SRC and DST; `to` NULL keeps the path. `type` S_IFREG or S_IFDIR accepts
 * only that type. *entry is the planned entry of a file, NULL for a directory.
 */
int items_add_file_at(struct items *items, const char *from, const char *to, mode_t type,
		      struct plan_entry **entry);

/* Plans /init. */
int items_add_init(struct items *items);

/* Returns whether a queued link will be at `path` in /bin. */
bool items_will_link(const struct items *items, const char *path);

/* Plans the queued links and frees all of `items` but its trees. */
int items_finish(struct items *items);

#endif
