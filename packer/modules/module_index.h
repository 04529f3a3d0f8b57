/* SPDX-License-Identifier: MIT */
/*
 * The index that modprobe(8) reads, packed only where modprobe itself is: of the image's modules alone, as depmod(8)
 * makes it, since that of the kernel's tree names files that are not there, or are there unpacked.
 */
#ifndef LULL_PACKER_MODULE_INDEX_H
#define LULL_PACKER_MODULE_INDEX_H

#include <stdbool.h>

struct module_set;

/* Whether the plan has a program called modprobe where the kernel and people look for it. */
bool module_index_is_wanted(const struct module_set *set);

/* Plans the index of the set, whose files are planned. Returns 0, or -1 after a warning. */
int module_index_plan(const struct module_set *set);

#endif
