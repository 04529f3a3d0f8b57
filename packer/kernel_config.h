/* SPDX-License-Identifier: MIT */
/*
 * A kernel's configuration as a text: "CONFIG_NAME=VALUE" a line, "# CONFIG_NAME is not set" for what is off
 * (Documentation/kbuild/kconfig.rst). Pure.
 */
#ifndef LULL_PACKER_KERNEL_CONFIG_H
#define LULL_PACKER_KERNEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct kernel_config {
	const char *text;
	size_t size;
};

/* Whether the text is a configuration at all: it has a line that sets an option. */
bool kernel_config_is(const struct kernel_config *config);

/*
 * The value of the option `name`, without CONFIG_ in front, as it is written: y, m, a number, a quoted string; *length
 * is its length. NULL: it is off, or unknown to that kernel.
 */
const char *kernel_config_find(const struct kernel_config *config, const char *name, size_t *length);

/* 'y', 'm', or 'n' for an option of two or three states. */
char kernel_config_state(const struct kernel_config *config, const char *name);

#endif
