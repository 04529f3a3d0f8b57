/* SPDX-License-Identifier: MIT */
#include "kernel_config.h"

#include <string.h>

static const char prefix[] = "CONFIG_";

/* The line behind `at`, or NULL. */
static const char *
next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline != NULL ? newline + 1 : NULL;
}

/* What follows `text` at the start of a line, or NULL. */
static const char *
behind(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0 ? at + length : NULL;
}

bool
kernel_config_is(const struct kernel_config *config)
{
	const char *end = config->text + config->size;

	for (const char *line = config->text; line != NULL; line = next_line(line, end)) {
		const char *name = behind(line, end, prefix);
		const char *stop = name != NULL ? memchr(name, '\n', (size_t)(end - name)) : NULL;
		if (name != NULL && memchr(name, '=', (size_t)((stop != NULL ? stop : end) - name)) != NULL)
			return true;
	}
	return false;
}

const char *
kernel_config_find(const struct kernel_config *config, const char *name, size_t *length)
{
	const char *end = config->text + config->size;

	for (const char *line = config->text; line != NULL; line = next_line(line, end)) {
		const char *value = behind(line, end, prefix);
		value = value != NULL ? behind(value, end, name) : NULL;
		value = value != NULL ? behind(value, end, "=") : NULL;
		if (value == NULL)
			continue;
		const char *newline = memchr(value, '\n', (size_t)(end - value));
		*length = (size_t)((newline != NULL ? newline : end) - value);
		return *length == 1 && value[0] == 'n' ? NULL : value;
	}
	return NULL;
}

char
kernel_config_state(const struct kernel_config *config, const char *name)
{
	size_t length;
	const char *value = kernel_config_find(config, name, &length);

	return value != NULL && length == 1 && (value[0] == 'y' || value[0] == 'm') ? value[0] : 'n';
}
