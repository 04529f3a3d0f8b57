/* SPDX-License-Identifier: MIT */
/*
 * The text of a kernel's configuration: lines "CONFIG_NAME=VALUE", or "# CONFIG_NAME is not set"
 * (Documentation/kbuild/kconfig.rst). The last line for an option counts, as for the kernel's
 * parser. Pure.
 */
#ifndef LULL_PACKER_KERNEL_CONFIG_H
#define LULL_PACKER_KERNEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_config {
	const char *text;
	size_t size;
};

/* One line. Neither string ends in a NUL. */
struct kernel_option {
	const char *name; /* without the prefix CONFIG_ */
	size_t length;
	const char *value; /* verbatim: y, m, a number, a quoted string; NULL: off */
	size_t value_length;
};

/* Returns whether the text is a configuration: it has a line that sets an option. */
bool kernel_config_is(const struct kernel_config *config);

/*
 * The next line about an option from *at on; *at begins as 0 and is advanced. Returns false at the
 * end.
 */
bool kernel_config_next(const struct kernel_config *config, size_t *at,
			struct kernel_option *option);

/* 'y', 'm', or 'n', for an option of two or three states. */
char kernel_option_state(const struct kernel_option *option);

/*
 * The value of the option `name`, without the prefix CONFIG_, verbatim; *length is its length.
 * NULL: it is off or unknown. Reads the whole text.
 */
const char *kernel_config_find(const struct kernel_config *config, const char *name,
			       size_t *length);

/* The same for an option of two or three states: 'y', 'm' or 'n'. */
char kernel_config_state(const struct kernel_config *config, const char *name);

/* The machine that the kernel is for: e_machine, class, byte order. Returns 0, or -1 if unknown. */
int kernel_config_machine(const struct kernel_config *config, uint16_t *machine, bool *is64,
			  bool *big);

#endif
