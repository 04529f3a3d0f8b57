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
	const struct kernel *kernel; /* NULL: none was named */
	struct module_set set;	     /* opened when something is first asked for */
	bool failed;		     /* it could not be */
	size_t missing_firmware; /* names without a file: no error, as drivers name those of every
				    device */
};

/*
 * Reads the kernel's lists, unless that was done before. Returns 0, or -1, the first time after a
 * warning.
 */
int modules_start(struct modules *modules, const struct closure *closure);

/*
 * Takes the modules of a name or an alias that nobody named, if the kernel has modules. Returns 1,
 * 0 where there are none of that name, built in neither, or -1 after a warning.
 */
int modules_imply(struct modules *modules, const struct closure *closure, const char *name,
		  bool need, struct plan_why why);

/*
 * Plans the files, firmware and list of all that was taken, if anything was. Returns 0, or -1 after
 * warnings.
 */
int modules_plan(struct modules *modules, const struct source *source);

void modules_end(struct modules *modules);

#endif
