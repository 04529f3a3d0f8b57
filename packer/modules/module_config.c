/* SPDX-License-Identifier: MIT */
#include "modules/module_config.h"

#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/memory.h"

void
module_config_start(struct module_config *config, struct kmod_ctx *ctx)
{
	enum { MOST = 4096 }; /* COMMAND_LINE_SIZE is less */
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	*config = (struct module_config){.ctx = ctx, .command_line = memory_get(MOST, 1)};
	if (fd >= 0)
		got = read(fd, config->command_line, MOST - 1);
	if (fd >= 0)
		close(fd);
	config->command_line[got > 0 ? got : 0] = '\0';
}

void
module_config_end(struct module_config *config)
{
	free(config->command_line);
	*config = (struct module_config){.ctx = NULL};
}

/* The same name, `-` being `_`. */
static bool
is_name(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (a[i] != b[i] && !(a[i] == '-' && b[i] == '_') && !(a[i] == '_' && b[i] == '-'))
			return false;
	return true;
}

/* How often it blacklists the module: modprobe.blacklist=a,b. */
static size_t
count_blacklisted(const char *line, const char *module)
{
	static const char key[] = "modprobe.blacklist=";
	size_t name = strlen(module), count = 0;

	for (const char *at = line; (at = strstr(at, key)) != NULL;)
		for (at += strlen(key); *at != '\0' && *at != ' ' && *at != '\n'; at += *at == ',') {
			size_t length = strcspn(at, ", \n");
			count += length == name && is_name(at, module, name);
			at += length;
		}
	return count;
}

/* Takes out of the values those that the command line sets, MODULE.OPTION, which are the last. */
static size_t
take_out(const char *line, const char *module, const char **values, size_t count)
{
	size_t name = strlen(module);

	for (const char *word = line, *end; *word != '\0'; word = end + strspn(end, " \n")) {
		end = word + strcspn(word, " \n");
		if ((size_t)(end - word) <= name || !is_name(word, module, name) || word[name] != '.')
			continue;
		size_t length = (size_t)(end - word) - name - 1, at = count;
		while (at-- > 0)
			if (strlen(values[at]) == length && memcmp(values[at], word + name + 1, length) == 0) {
				memmove(values + at, values + at + 1, (--count - at) * sizeof(*values));
				break;
			}
	}
	return count;
}

char *
module_config_options(const struct module_config *config, const char *name)
{
	struct kmod_config_iter *all = kmod_config_get_options(config->ctx);
	char *options = memory_copy("");
	const char **values = NULL;
	size_t count = 0;

	while (all != NULL && kmod_config_iter_next(all)) {
		if (strcmp(kmod_config_iter_get_key(all), name) != 0)
			continue;
		values = memory_room(values, count, sizeof(*values));
		values[count++] = kmod_config_iter_get_value(all);
	}
	count = take_out(config->command_line, name, values, count);
	for (size_t i = 0; i < count; i++) {
		char *longer = memory_format("%s%s%s", options, options[0] != '\0' ? " " : "", values[i]);
		free(options);
		options = longer;
	}
	free(values);
	kmod_config_iter_free_iter(all);
	return options;
}

bool
module_config_is_blacklisted(const struct module_config *config, const char *name)
{
	struct kmod_config_iter *all = kmod_config_get_blacklists(config->ctx);
	size_t count = 0;

	while (all != NULL && kmod_config_iter_next(all))
		count += strcmp(kmod_config_iter_get_key(all), name) == 0;
	kmod_config_iter_free_iter(all);
	return count > count_blacklisted(config->command_line, name);
}
