/* SPDX-License-Identifier: MIT */
/* Modules by what is named: -m and the manifest's `module`. */
#ifndef LULL_PACKER_MODULE_NAMES_H
#define LULL_PACKER_MODULE_NAMES_H

#include "plan/plan.h"

struct module;
struct module_set;

/*
 * Takes the modules that `word` stands for: a name, an alias as devices have it (it holds a colon),
 * a glob over all names, or KEY=VALUE, an option of *last, which is the module of the name before,
 * NULL at first. What is built in is not an error. `why` tells who asks. Returns 0, or -1 after a
 * warning.
 */
int module_names_add(struct module_set *set, const char *word, struct plan_why why,
		     struct module **last);

/*
 * Unpacks what is going to be taken for the names among `words`, up to NULL: before they are
 * taken one by one. Globs and devices see to it by themselves, and nothing is told here.
 */
void module_names_foresee(struct module_set *set, char *const *words);

/*
 * Takes the drivers that the devices below `path` ask for (devices.h), as `modprobe -b` would load
 * them.
 */
int module_names_devices(struct module_set *set, const char *path);

#endif
