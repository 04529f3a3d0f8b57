/* SPDX-License-Identifier: MIT */
/*
 * Modules of a kernel in the order in which they can be loaded, each behind what it needs
 * (module_tree.h). libkmod looks up aliases; soft and weak dependencies are read from the modules
 * themselves and modprobe.d(5). Nothing in an image loads on demand, so a weak dependency is loaded
 * before, as a soft one is.
 */
#ifndef LULL_PACKER_MODULE_SET_H
#define LULL_PACKER_MODULE_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/module_info.h"
#include "kernel/module_tree.h"
#include "modules/module_index.h"
#include "modules/plain.h"
#include "plan/plan.h"

struct kernel;
struct kmod_ctx;
struct kmod_list;
struct kmod_module;
struct source;

struct module {
	struct kmod_module *kmod;
	const char *name;   /* with underscores */
	char *path;	    /* on this machine, owned; NULL: built into the kernel, */
	const char *place;  /* and in the image, with no link in it; else its name */
	struct plain plain; /* its file */
	struct module_info info;
	char *options;	       /* "" for none */
	bool need;	       /* the image is to have it loaded; else it may fail */
	bool is_named;	       /* by -m or an experiment's module, not only wanted */
	struct plan_why *whys; /* owned */
	size_t why_count;
};

struct module_set {
	struct kmod_ctx *ctx;
	const struct kernel *kernel;
	struct plan *plan;
	const struct module_tree *tree;
	char *staged; /* links to what libkmod reads of the tree of another system; NULL: it reads
			 that in place */
	struct module_config config;
	struct prefetch prefetch;
	void *by_name; /* search tree of modules */
	bool failed;   /* some file could not be read, which was told */
	struct module **order;
	size_t count;
};

/*
 * Opens the modules of a kernel, once the skeleton's links are planned, with modprobe.d(5) of the
 * source. Returns 0, or -1 after a warning: it has none, or they have no index. Either way `set` is
 * to be given to module_set_end().
 */
int module_set_start(struct module_set *set, const struct kernel *kernel,
		     const struct source *source, struct plan *plan);
void module_set_end(struct module_set *set);

/*
 * The modules that a name or an alias stands for, to be given to kmod_module_unref_list(); NULL:
 * none.
 */
struct kmod_list *module_set_lookup(const struct module_set *set, const char *name);

/*
 * Takes a module, behind all that it needs. Returns it, which is valid until module_set_end(); NULL
 * where there is no such module, after a warning if it is needed. Where it, or one that it cannot
 * be loaded without, is listed and its file is not there, there is a warning and set->failed.
 */
struct module *module_set_add(struct module_set *set, const char *name, bool need,
			      struct plan_why why);

/*
 * The same for all that a lookup has found. Returns 0, or -1 where one is not there. *last is the
 * last, unless NULL.
 */
int module_set_add_list(struct module_set *set, const struct kmod_list *list, bool need,
			struct plan_why why, struct module **last);

/* Foresees (module_ahead.h) the module of that name and all that it needs. */
void module_set_foresee(struct module_set *set, const char *name);

/* Gives a module one more option. */
void module_add_option(struct module *module, const char *option);

struct companions {
	const char *driver; /* a glob over names with underscores; NULL ends the table */
	/*
	 * Names or aliases, ended by NULL; those that a kernel does not have are passed over.
	 * "$OPTION:DEFAULT" at an end stands for the value of CONFIG_OPTION, or for DEFAULT where
	 * the configuration is not known.
	 */
	const char *const *needs;
};

/* All rows that match count. */
extern const struct companions companions[];

/*
 * Checks that the files of `folder`, on this machine, that match the pattern can be read. *path is
 * the folder for libkmod, to be freed: `folder` itself where `staged` is NULL, else `name` below
 * that, with links to what the files are in the source. Where there is no folder it is one that is
 * not there. Returns 0, or -1 after a warning.
 */
int module_stage(const struct source *source, const char *folder, const char *pattern,
		 const char *staged, const char *name, char **path);

#endif
