/* SPDX-License-Identifier: MIT */
/*
 * Programs with private files that no file names: gcc has compilers, gdb scripts, java modules, a
 * venv packages. They find these relative to their own path, or by a built-in path. Only
 * directories are recognized: NAME in lib, libexec or share next to the program's directory; lib
 * next to it, if that is no standard directory and holds files other than libraries; the parent
 * directory, if it has a pyvenv.cfg.
 */
#ifndef LULL_PACKER_PROGRAM_TREE_H
#define LULL_PACKER_PROGRAM_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct plan;
struct source;

struct program_tree {
	const char *program; /* owned by the plan */
	char *folder;
	bool is_prefix; /* lib next to bin: its libraries do not show that the rest is packed */
};

struct program_trees {
	struct program_tree *list;
	size_t count;
};

/*
 * Looks for the private directories of the program at `path`, a string of the plan, which was
 * requested as `asked`. `multiarch` is its machine's directory below lib, or NULL.
 */
void program_tree_find(struct program_trees *trees, const struct source *source, const char *asked,
		       const char *path, const char *multiarch);

/*
 * Reports, after all is planned, the directories of which no file is planned, unless a traced run
 * executed the program.
 */
void program_tree_report(const struct program_trees *trees, const struct plan *plan);

void program_tree_free(struct program_trees *trees);

#endif
