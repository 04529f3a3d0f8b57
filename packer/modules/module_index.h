/* SPDX-License-Identifier: MIT */
/*
 * The index that modprobe(8) reads, packed only where modprobe itself is: of the image's modules
 * alone, as depmod(8) makes it, since that of the kernel's tree names files that are not there, or
 * are there unpacked.
 */
#ifndef LULL_PACKER_MODULE_INDEX_H
#define LULL_PACKER_MODULE_INDEX_H

#include <stdbool.h>

struct kmod_ctx;
struct module_set;

/* Whether the plan has a program called modprobe where the kernel and people look for it. */
bool module_index_is_wanted(const struct module_set *set);

/* Plans the index of the set, whose files are planned. Returns 0, or -1 after a warning. */
int module_index_plan(const struct module_set *set);

struct module_config {
	struct kmod_ctx *ctx;
	char *command_line; /* of this machine; "" where it cannot be read */
};

void module_config_start(struct module_config *config, struct kmod_ctx *ctx);
void module_config_end(struct module_config *config);

/*
 * The options of the module `name` (with underscores), blanks between them, to be freed; "" for
 * none.
 */
char *module_config_options(const struct module_config *config, const char *name);

/* Whether the module is not to be loaded for its aliases. */
bool module_config_is_blacklisted(const struct module_config *config, const char *name);

#endif
