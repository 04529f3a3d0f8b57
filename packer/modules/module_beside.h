/* SPDX-License-Identifier: MIT */
/*
 * What is loaded beside a module although it could be loaded without: soft dependencies, which the module itself and
 * modprobe.d(5) name; weak ones, which nothing in an image would load later; companions (companions.h). All may fail.
 */
#ifndef LULL_PACKER_MODULE_BESIDE_H
#define LULL_PACKER_MODULE_BESIDE_H

#include <stdbool.h>

struct module;
struct module_set;

/* Takes what comes before the module, or in the other pass what comes behind it. */
void module_beside_add(struct module_set *set, const struct module *module, bool pass_behind);

#endif
