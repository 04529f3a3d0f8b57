/* SPDX-License-Identifier: MIT */
/*
 * The modules of a kernel by its own lists, modules.dep(5) and modules.builtin. libkmod reads the
 * same, but of a module one of whose dependencies has no file it gives no dependencies at all, and
 * no error.
 */
#ifndef LULL_PACKER_MODULE_TREE_H
#define LULL_PACKER_MODULE_TREE_H

#include <stddef.h>

struct source;

struct module_tree_file {
	const char *name;  /* with underscores */
	const char *path;  /* as modules.dep or modules.builtin has it, below the folder unless it
			      begins with / */
	const char *needs; /* paths with blanks between, the first to be loaded last; NULL: it is
			      built in */
};

struct module_tree {
	struct module_tree_file *files; /* in the order of the lists */
	size_t count;
	const struct module_tree_file **table; /* by a hash of the name; a power of two of them */
	size_t places;
	char *texts[2], *names[2]; /* what they point into */
};

/*
 * Reads the lists in `folder`, lib/modules/RELEASE on this machine. Returns 0 with `tree` to be
 * given to module_tree_free(), or -1 with errno where modules.dep cannot be read.
 */
int module_tree_read(struct module_tree *tree, const struct source *source, const char *folder);
void module_tree_free(struct module_tree *tree);

/*
 * The module of that name, in which - and _ are equal; of two, the loadable one. NULL if the name
 * is unknown.
 */
const struct module_tree_file *module_tree_find(const struct module_tree *tree, const char *name);

/* Writes a name as the kernel does, with _ for -. */
void module_tree_normalize(char *name);

/* All names, sorted, ended by NULL; to be freed as a whole. */
const char **module_tree_names(const struct module_tree *tree);

/*
 * The name of the module in the file at `path`, to be freed; NULL: files of modules are not called
 * so.
 */
char *module_tree_name(const char *path);

/*
 * The next of a module's needs before *end, from the last one, which is loaded first; *end is NULL
 * at first. To be freed; NULL: there is no more.
 */
char *module_tree_need(const struct module_tree_file *file, const char **end);

#endif
