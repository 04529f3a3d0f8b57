/* SPDX-License-Identifier: MIT */
/*
 * The modules of a kernel from its lists, modules.dep(5) and modules.builtin. libkmod reads the
 * same lists, but if a dependency has no file, it returns no dependencies at all, and no error.
 */
#ifndef LULL_PACKER_MODULE_TREE_H
#define LULL_PACKER_MODULE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

struct module_tree_file {
	char *path;  /* as in the list: below its folder unless it begins with / */
	char *needs; /* paths separated by blanks, in reverse load order; NULL: built in */
	uint32_t entry;
};

/*
 * The lists have thousands of lines, of which few are looked up. So they stay mapped, and a hash
 * table has the place of each line: copying all lines took a tenth of the time to choose modules.
 */
struct module_tree {
	struct module_tree_list {
		const char *text; /* mapped (base/mapped.h) */
		size_t size;
	} lists[2];	 /* modules.dep, modules.builtin */
	uint32_t *table; /* by name: offset of the line plus 1, and a bit for modules.builtin */
	size_t places;	 /* a power of two */
	void *found;	 /* search tree of the lines that were looked up */
};

/*
 * Reads the lists in `folder`, lib/modules/RELEASE on this machine. Returns 0, and the caller calls
 * module_tree_free(), or -1 with errno if modules.dep cannot be read.
 */
int module_tree_read(struct module_tree *tree, const struct source *source, const char *folder);
void module_tree_free(struct module_tree *tree);

/*
 * Looks up a module by name, in which - and _ are equal; a loadable module is preferred to a
 * built-in one. Valid until module_tree_free(); NULL if the name is unknown.
 */
const struct module_tree_file *module_tree_find(struct module_tree *tree, const char *name);

/* The path of the next loadable module in modules.dep, to be freed; *at is 0 at first. */
char *module_tree_next(const struct module_tree *tree, size_t *at);

/* Compares names of `length` characters; - and _ are equal. */
bool module_tree_is_name(const char *a, const char *b, size_t length);

/* Replaces - by _, as the kernel does. */
void module_tree_normalize(char *name);

/* All names, with underscores, sorted, ended by NULL, for source_list_free(). */
char **module_tree_names(const struct module_tree *tree);

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
