/* SPDX-License-Identifier: MIT */
/* Kernel modules, in the order that packer wrote down (module_list.h). */
#ifndef LULL_MODULES_H
#define LULL_MODULES_H

#include "experiment.h"

/*
 * Loads the modules of the image's list, if it has one. What may fail is told to `failed`. Returns
 * NULL, or why no experiment may run: a module that it needs could not be loaded.
 */
const char *modules_load(void (*failed)(const char *what, int error));

/*
 * Tells of modules that an experiment names and /sys/module does not have: what packer has not
 * packed is not loaded.
 */
void modules_check(const struct experiment_list *modules,
		   void (*failed)(const char *what, int error));

#endif
