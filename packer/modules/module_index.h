/* SPDX-License-Identifier: MIT */
/*
 * The index that modprobe(8) reads, packed only together with modprobe. It is made by depmod(8) for
 * the image's modules alone, since that of the kernel's tree names files that are not in the image
 * or are unpacked there.
 */
#ifndef LULL_PACKER_MODULE_INDEX_H
#define LULL_PACKER_MODULE_INDEX_H

#include <stdbool.h>

struct kmod_ctx;
struct module_set;

/* Returns whether the plan has a program /sbin/modprobe. */
bool module_index_is_wanted(const struct module_set *set);

/* Plans the index of the set, whose files must be planned. Returns 0, or -1 after a warning. */
int module_index_plan(const struct module_set *set);

struct module_config {
	struct kmod_ctx *ctx;
	char *command_line; /* of this machine; "" if it cannot be read */
};

void module_config_start(struct module_config *config, struct kmod_ctx *ctx);
void module_config_end(struct module_config *config);

/*
 * The options of the module `name` (with underscores), separated by blanks, to be freed; "" for
 * none.
 */
char *module_config_options(const struct module_config *config, const char *name);

/* Returns whether the module must not be loaded by its aliases. */
bool module_config_is_blacklisted(const struct module_config *config, const char *name);

#endif
