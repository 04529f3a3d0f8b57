/* SPDX-License-Identifier: MIT */
/* Modules named by -m and by `module` in manifests. */
#ifndef LULL_PACKER_MODULE_NAMES_H
#define LULL_PACKER_MODULE_NAMES_H

#include "plan/plan.h"

struct module;
struct module_set;

/*
 * Adds the modules for `word`: a name, a device alias (with a colon), a glob over all names, or
 * KEY=VALUE, an option of *last, which is the module of the name before, NULL at first. A built-in
 * module is not an error. `why` is the reason. Returns 0, or -1 after a warning.
 */
int module_names_add(struct module_set *set, const char *word, struct plan_why why,
		     struct module **last);

/*
 * Unpacks the modules for the names among `words`, up to NULL, before they are added one by one.
 * Globs and devices are prefetched when they are added. Errors are not reported here.
 */
void module_names_prefetch(struct module_set *set, char *const *words);

/* Adds the drivers for the devices below `path` (devices.h), as `modprobe -b` would load them. */
int module_names_devices(struct module_set *set, const char *path);

#endif
