/* SPDX-License-Identifier: MIT */
/*
 * The modules of an image: their files, their firmware, and the list of them that init loads
 * (module_list.h).
 */
#ifndef LULL_PACKER_MODULES_H
#define LULL_PACKER_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#include "modules/module_set.h"

struct closure;
struct kernel;
struct source;

struct modules {
	const struct kernel *kernel; /* NULL: no kernel was given */
	struct module_set set;	     /* opened at first use */
	bool failed;		     /* opening failed */
};

/* Reads the kernel's lists, once. Returns 0, or -1; only the first failure prints a warning. */
int modules_start(struct modules *modules, const struct closure *closure);

/*
 * Adds the modules for a name or an alias that the user did not name, if the kernel has modules.
 * Returns 1, 0 if there is no such module, loadable or built in, or -1 after a warning.
 */
int modules_imply(struct modules *modules, const struct closure *closure, const char *name,
		  bool need, struct plan_why why);

/*
 * Plans the files, firmware and list of all added modules, if any. Returns 0, or -1 after warnings.
 */
int modules_plan(struct modules *modules, const struct source *source);

void modules_end(struct modules *modules);

#endif
