/* SPDX-License-Identifier: MIT */
/*
 * Programs that have files of their own which no file names: gcc its compilers, gdb its
 * scripts, java its modules, a venv its packages. They find them by their own path or have
 * it built in. What is seen of it are folders: NAME in lib, libexec or share beside the
 * folder of the program; lib beside it, with files in it that are no libraries, where it is
 * no common one; pyvenv.cfg above it.
 */
#ifndef LULL_PACKER_PROGRAM_TREE_H
#define LULL_PACKER_PROGRAM_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct plan;
struct source;

struct program_tree {
	const char *program; /* of the plan */
	char *folder;
	bool is_prefix; /* lib beside the program: its libraries are no sign that all is packed */
};

struct program_trees {
	struct program_tree *list;
	size_t count;
};

/*
 * Looks for those of a program that was asked for as `asked` and is at `path`, a string of
 * the plan; `multiarch` is the name of its machine's folder below lib, or NULL.
 */
void program_tree_find(struct program_trees *trees, const struct source *source, const char *asked,
		       const char *path, const char *multiarch);

/*
 * Reports, once all is planned, those of which no file is, unless a traced run has executed
 * the program.
 */
void program_tree_report(const struct program_trees *trees, const struct plan *plan);

void program_tree_free(struct program_trees *trees);

#endif
