/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a kernel's file, as a kernel that contains a configuration, and as a configuration:
 * results point into them, and lookups of options agree with a scan.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/kernel_image.h"
#include "kernel/kernel_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_within(const uint8_t *data, size_t size, const uint8_t *part, size_t part_size)
{
	if (part != NULL &&
	    (part < data || part > data + size || part_size > (size_t)(data + size - part)))
		abort();
}

static void
read_image(const uint8_t *data, size_t size)
{
	struct kernel_image image;
	size_t packed_size = 0;

	if (kernel_image_read(&image, data, size) == 0)
		check_within(data, size, image.packed, image.packed_size);
	if (memchr(image.release, '\0', KERNEL_RELEASE) == NULL)
		abort();
	const unsigned char *packed = kernel_image_config(data, size, &packed_size);
	check_within(data, size, packed, packed_size);
}

/* The last line about an option counts. */
static void
read_config(const struct kernel_config *config)
{
	struct kernel_option option, last = {.name = NULL};
	size_t at = 0, before = 0, length;
	uint16_t machine;
	bool is64, big;

	while (kernel_config_next(config, &at, &option)) {
		if (at <= before || at > config->size)
			abort();
		before = at;
		last = option;
		check_within((const uint8_t *)config->text, config->size,
			     (const uint8_t *)option.name, option.length);
		check_within((const uint8_t *)config->text, config->size,
			     (const uint8_t *)option.value, option.value_length);
	}
	kernel_config_is(config);
	kernel_config_machine(config, &machine, &is64, &big);
	if (last.name == NULL || memchr(last.name, '\0', last.length) != NULL)
		return;
	char *name = strndup(last.name, last.length);
	if (name == NULL || kernel_config_find(config, name, &length) != last.value ||
	    kernel_config_state(config, name) != kernel_option_state(&last))
		abort();
	free(name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kernel_config config = {(const char *)data, size};

	read_image(data, size);
	read_config(&config);
	return 0;
}
