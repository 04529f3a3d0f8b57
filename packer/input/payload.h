/* SPDX-License-Identifier: MIT */
/* The items that the user names: programs, files, trees of files, init. */
#ifndef LULL_PACKER_PAYLOAD_H
#define LULL_PACKER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "plan/plan.h"
#include "resolve/program_tree.h"

struct closure;
struct modules;

/* The manifest line that is being planned. */
struct payload_line {
	const char *where; /* "FILE:LINE" */
	const char *word;
	const char *directory; /* absolute: where relative paths begin */
	bool optional;	       /* skip programs that cannot be found */
	bool report_skipped;   /* and report them */
};

/* A link to a program, planned only after all named items. */
struct payload_link {
	char *path; /* as requested; `target` is its real path */
	char *target;
	struct plan_why why;
};

struct payload {
	struct closure *closure;
	struct modules *modules;
	struct payload_link *links;
	size_t count;
	struct program_trees trees;	 /* of the named programs */
	const struct payload_line *line; /* NULL: the command line */
	char *init;			 /* the file that becomes /init; NULL: not found */
	bool init_is_own; /* it is Lull's init, to which halt, poweroff and reboot are links */
};

/* Returns the reason for planning `name`: `option`, or the current manifest line. */
struct plan_why payload_why(struct payload *payload, const char *option, const char *name);

/*
 * Returns `path` as an absolute path, relative to the current directory or, in a manifest line, to
 * the manifest's; to be freed.
 */
char *payload_absolute(const struct payload *payload, const char *path);

/* The functions that return int return 0, or -1 after a warning. */

/*
 * Plans the modules that -m or a manifest line names: names as in module_names.h, `auto` for the
 * modules of this machine's devices, `auto:PATH` for those of the devices below PATH.
 */
int payload_modules(struct payload *payload, char *const *words);

/*
 * Initializes `payload`, before all others, and finds the file for /init: `file`, which --init
 * names, or, if that is NULL, Lull's own init.
 */
int payload_start(struct payload *payload, struct closure *closure, const char *file);

/*
 * Plans a program of -b, a name to look up or a path, with a link in /bin if its directory is not
 * in init's PATH. A relative path becomes /usr/bin/NAME, regardless of its directory.
 */
int payload_binary(struct payload *payload, const char *name);

/* The same for the program of a traced command; a relative path is kept (names_rooted()). */
int payload_command(struct payload *payload, const char *name, struct plan_why why);

/* Returns the path at which payload_command() finds a program, to be freed, or NULL. */
char *payload_program_path(const struct payload *payload, const char *name);

/*
 * Runs a command of -t, after all else is planned, and plans the files that it used; `text` is the
 * command as requested.
 */
int payload_trace(struct payload *payload, char *const *argv, const char *text);

/* Returns whether the SRC of "SRC:DST" or "SRC" is not empty. */
bool payload_has_source(const char *spec);

/*
 * Returns whether "SRC:DST" or "SRC" gives SRC another path: it has a DST, which begins with a
 * slash, or SRC is relative.
 */
bool payload_moves(const char *spec);

/* Plans "SRC" or "SRC:DST" of -f: a file, or a directory with its contents. */
int payload_file(struct payload *payload, const char *spec);

/*
 * The same for separate SRC and DST; `to` NULL keeps the path. `type` S_IFREG or S_IFDIR accepts
 * only that type. *entry is the planned entry of a file, NULL for a directory.
 */
int payload_put(struct payload *payload, const char *from, const char *to, mode_t type,
		struct plan_entry **entry);

/* Plans /init. */
int payload_init(struct payload *payload);

/* Returns whether a queued link will be at `path` in /bin. */
bool payload_will_link(const struct payload *payload, const char *path);

/* Plans the queued links and frees all of `payload` but its trees. */
int payload_finish(struct payload *payload);

#endif
