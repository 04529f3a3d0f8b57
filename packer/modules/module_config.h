/* SPDX-License-Identifier: MIT */
/*
 * What modprobe.d(5) of the source says of modules: options, and which are blacklisted. libkmod puts in what this
 * machine's own /proc/cmdline says, which is not the image's: that is left out here.
 */
#ifndef LULL_PACKER_MODULE_CONFIG_H
#define LULL_PACKER_MODULE_CONFIG_H

#include <stdbool.h>

struct kmod_ctx;

struct module_config {
	struct kmod_ctx *ctx;
	char *command_line; /* of this machine; "" where it cannot be read */
};

void module_config_start(struct module_config *config, struct kmod_ctx *ctx);
void module_config_end(struct module_config *config);

/* The options of the module `name` (with underscores), blanks between them, to be freed; "" for none. */
char *module_config_options(const struct module_config *config, const char *name);

/* Whether the module is not to be loaded for its aliases. */
bool module_config_is_blacklisted(const struct module_config *config, const char *name);

#endif
