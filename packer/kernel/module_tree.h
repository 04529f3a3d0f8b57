/* SPDX-License-Identifier: MIT */
/*
 * The modules of a kernel from its lists, modules.dep(5) and modules.builtin. libkmod reads the
 * same lists, but if a dependency has no file, it returns no dependencies at all, and no error.
 */
#ifndef LULL_PACKER_MODULE_TREE_H
#define LULL_PACKER_MODULE_TREE_H

#include <stddef.h>

struct source;

struct module_tree_file {
	const char *name; /* with underscores */
	const char *path; /* as in modules.dep or modules.builtin: below the folder unless it begins
			     with / */
	const char
	    *needs; /* paths separated by blanks, in reverse load order; NULL: it is built in */
};

struct module_tree {
	struct module_tree_file *files; /* in the order of the lists */
	size_t count;
	const struct module_tree_file **table; /* hash table by name; the size is a power of two */
	size_t places;
	char *texts[2], *names[2]; /* owned text of the strings */
};

/*
 * Reads the lists in `folder`, lib/modules/RELEASE on this machine. Returns 0, and the caller calls
 * module_tree_free(), or -1 with errno if modules.dep cannot be read.
 */
int module_tree_read(struct module_tree *tree, const struct source *source, const char *folder);
void module_tree_free(struct module_tree *tree);

/*
 * Looks up a module by name, in which - and _ are equal; a loadable module is preferred to a
 * built-in one. NULL if the name is unknown.
 */
const struct module_tree_file *module_tree_find(const struct module_tree *tree, const char *name);

/* Replaces - by _, as the kernel does. */
void module_tree_normalize(char *name);

/* All names, sorted, ended by NULL; free the array only. */
const char **module_tree_names(const struct module_tree *tree);

/*
 * The name of the module in the file at `path`, to be freed; NULL: it is not the name of a module's
 * file.
 */
char *module_tree_name(const char *path);

/*
 * The next dependency of a module before *end, from the last one, which is loaded first; *end is
 * NULL at first. To be freed; NULL at the end.
 */
char *module_tree_need(const struct module_tree_file *file, const char **end);

#endif
