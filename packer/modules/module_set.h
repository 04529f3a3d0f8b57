/* SPDX-License-Identifier: MIT */
/*
 * Modules of a kernel in load order, each after its dependencies (module_tree.h). libkmod looks up
 * aliases; soft and weak dependencies are read from the modules themselves and modprobe.d(5).
 * Nothing in an image loads modules on demand, so a weak dependency is loaded before the module,
 * like a soft one.
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
	char *path;	    /* on this machine, owned; NULL: built into the kernel */
	const char *place;  /* in the image, without links; the name if built in */
	struct plain plain; /* its file */
	struct module_info info;
	struct kmod_list *soft_before, *soft_behind; /* from modprobe.d(5) */
	char *options;				     /* "" for none */
	bool need;				     /* it must be loaded; else it may fail */
	bool is_named;	       /* by -m or an experiment's module, not only as a dependency */
	struct plan_why *whys; /* owned */
	size_t why_count;
};

struct module_set {
	struct kmod_ctx *ctx;
	const struct kernel *kernel;
	struct plan *plan;
	struct module_tree *tree;
	char *staged; /* links to the files of another system's tree for libkmod; NULL: libkmod
			 reads them in place */
	struct module_config config;
	struct prefetch prefetch;
	void *by_name; /* search tree of modules */
	bool failed;   /* a file could not be read, which was reported */
	struct module **order;
	size_t count;
};

/*
 * Opens the modules of a kernel with the source's modprobe.d(5), after the skeleton's links are
 * planned. Returns 0, or -1 after a warning if there are no modules or no index. Call
 * module_set_end() in either case.
 */
int module_set_start(struct module_set *set, const struct kernel *kernel,
		     const struct source *source, struct plan *plan);
void module_set_end(struct module_set *set);

/*
 * Looks up a name or an alias. Returns a list for kmod_module_unref_list(), or NULL if there is
 * none.
 */
struct kmod_list *module_set_lookup(const struct module_set *set, const char *name);

/*
 * Adds a module after all its dependencies. Returns it, valid until module_set_end(); NULL if there
 * is no such module, after a warning if it is required. If its file or that of a dependency is
 * listed but missing, warns and sets set->failed.
 */
struct module *module_set_add(struct module_set *set, const char *name, bool need,
			      struct plan_why why);

/*
 * The same for all modules of a lookup. Returns 0, or -1 if one does not exist. Unless `last` is
 * NULL, *last is the last one.
 */
int module_set_add_list(struct module_set *set, const struct kmod_list *list, bool need,
			struct plan_why why, struct module **last);

/* Requests the files of the module and its dependencies for prefetch_run() (plain.h). */
void module_set_prefetch(struct module_set *set, const char *name);

/* Appends an option of a module. */
void module_add_option(struct module *module, const char *option);

struct companions {
	const char *driver; /* a glob over names with underscores; NULL ends the table */
	/*
	 * Names or aliases, ended by NULL; those that a kernel lacks are skipped. "$OPTION:DEFAULT"
	 * at an end stands for the value of CONFIG_OPTION, or for DEFAULT if the configuration is
	 * unknown.
	 */
	const char *const *needs;
};

/* All rows that match apply. */
extern const struct companions companions[];

/*
 * Checks that the files of `folder`, on this machine, that match the pattern can be read. *path is
 * the folder for libkmod, to be freed: `folder` itself if `staged` is NULL, else `name` below
 * `staged`, with links to the files of the source. If the folder does not exist, neither does
 * *path. Returns 0, or -1 after a warning.
 */
int module_stage(const struct source *source, const char *folder, const char *pattern,
		 const char *staged, const char *name, char **path);

#endif
