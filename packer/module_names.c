/* SPDX-License-Identifier: MIT */
#include "module_names.h"

#include <err.h>
#include <fnmatch.h>
#include <libkmod.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "kernel.h"
#include "mapped.h"
#include "memory.h"
#include "module_list.h"
#include "module_set.h"
#include "nearest.h"

/* A name as libkmod writes it, or a glob, where `-` in brackets means something else. */
static void
normalize(char *name)
{
	for (bool inside = false; *name != '\0'; name++) {
		inside = *name == '[' || (inside && *name != ']');
		if (*name == '-' && !inside)
			*name = '_';
	}
}

/* The names of a list of files, a line each: what follows the last slash before a colon, up to ".ko". */
static void
read_names(const char *text, size_t size, char ***names, size_t *count)
{
	const char *end = text + size;

	for (const char *line = text, *next; line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL)
			next = end;
		const char *stop = memchr(line, ':', (size_t)(next - line)), *name = line;
		for (const char *at = line; at < (stop != NULL ? stop : next); at++)
			if (*at == '/')
				name = at + 1;
		const char *dot = memmem(name, (size_t)(next - name), ".ko", 3);
		if (dot == NULL || dot == name)
			continue;
		*names = memory_room(*names, *count, sizeof(**names));
		normalize((*names)[(*count)++] = memory_format("%.*s", (int)(dot - name), name));
	}
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All modules of the kernel, loadable or built in, sorted, ended by NULL. */
static char **
all_names(const struct module_set *set)
{
	static const char *const files[] = {"modules.dep", "modules.builtin"};
	char **names = NULL;
	size_t count = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *path = memory_format("%s/%s", set->kernel->modules, files[i]);
		size_t size;
		void *map = mapped_file(path, &size);
		if (map != NULL) {
			read_names(map, size, &names, &count);
			mapped_release(map);
		}
		free(path);
	}
	if (count > 0)
		qsort(names, count, sizeof(*names), by_bytes);
	names = memory_room(names, count, sizeof(*names));
	names[count] = NULL;
	return names;
}

static void
free_names(char **names)
{
	for (char **name = names; *name != NULL; name++)
		free(*name);
	free(names);
}

static int
report_missing(const struct module_set *set, const char *name)
{
	char **names = all_names(set);
	const char *nearest = nearest_word(name, (const char *const *)names);

	warnx("cannot find the module %s: it is neither below %s nor built in%s%s%s", name, set->kernel->modules,
	      nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
	free_names(names);
	return -1;
}

/* Takes what a lookup has found. *last is a module that options can be for. */
static int
add_found(struct module_set *set, struct kmod_list *found, bool need, struct plan_why why, struct module **last)
{
	struct kmod_list *at;
	int result = 0;

	kmod_list_foreach(at, found)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		struct module *module = module_set_add(set, kmod, need, why);
		kmod_module_unref(kmod);
		if (module == NULL)
			result = -1;
		else
			*last = module;
	}
	return result;
}

static int
add_name(struct module_set *set, const char *name, struct plan_why why, struct module **last)
{
	struct kmod_list *found = module_set_lookup(set, name);

	if (found == NULL)
		return report_missing(set, name);
	int result = add_found(set, found, true, why, last);
	kmod_module_unref_list(found);
	return result;
}

/* Whether a device's alias leads to the module: as with modprobe -b. */
static bool
is_for_devices(const struct module_set *set, struct kmod_module *kmod)
{
	return !module_config_is_blacklisted(&set->config, kmod_module_get_name(kmod)) &&
	       kmod_module_get_install_commands(kmod) == NULL;
}

/* What will be taken of a lookup. */
static void
foresee(struct module_set *set, struct kmod_list *found, bool for_devices)
{
	struct kmod_list *at;

	kmod_list_foreach(at, found)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		if (!for_devices || is_for_devices(set, kmod))
			module_ahead_want(&set->ahead, kmod);
		kmod_module_unref(kmod);
	}
}

static int
add_glob(struct module_set *set, const char *pattern, struct plan_why why)
{
	char **names = all_names(set), *normal = memory_copy(pattern);
	struct kmod_list **found = NULL;
	struct module *last;
	size_t matched = 0;
	int result = 0;

	normalize(normal);
	for (char **name = names; *name != NULL; name++) {
		if (fnmatch(normal, *name, 0) != 0)
			continue;
		found = memory_room(found, matched, sizeof(struct kmod_list *));
		foresee(set, found[matched++] = module_set_lookup(set, *name), false);
	}
	module_ahead_run(&set->ahead);
	for (size_t i = 0; i < matched; i++) {
		result |= add_found(set, found[i], false, why, &last);
		kmod_module_unref_list(found[i]);
	}
	free(found);
	free_names(names);
	free(normal);
	if (matched > 0)
		return result;
	warnx("cannot find a module that matches %s: none below %s, and none that is built in", pattern,
	      set->kernel->modules);
	return -1;
}

static void
add_device(struct module_set *set, struct kmod_list *found, const char *alias)
{
	struct kmod_list *at;

	kmod_list_foreach(at, found)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		if (is_for_devices(set, kmod))
			module_set_add(set, kmod, false, (struct plan_why){"-m auto", alias});
		kmod_module_unref(kmod);
	}
}

int
module_names_devices(struct module_set *set, const char *path)
{
	struct devices devices;

	if (devices_read(&devices, path) != 0)
		return -1;
	struct kmod_list **found = memory_get(devices.count + 1, sizeof(struct kmod_list *));
	for (size_t i = 0; i < devices.count; i++)
		foresee(set, found[i] = module_set_lookup(set, devices.aliases[i]), true);
	module_ahead_run(&set->ahead);
	for (size_t i = 0; i < devices.count; i++) {
		add_device(set, found[i], devices.aliases[i]);
		kmod_module_unref_list(found[i]);
	}
	free(found);
	devices_free(&devices);
	return 0;
}

/* KEY=VALUE; an alias may hold `=`, but behind its colon. */
static bool
is_option(const char *word)
{
	size_t key = strcspn(word, "=:");

	return key > 0 && word[key] == '=';
}

static int
add_option(struct module *last, const char *word)
{
	if (last == NULL) {
		warnx("cannot use the option %s: it follows no module's name", word);
		return -1;
	}
	if (last->path == NULL) {
		warnx("cannot give %s the option %s: it is built into the kernel; put %s.%s on the command line",
		      last->name, word, last->name, word);
		return -1;
	}
	module_add_option(last, word);
	if (strlen(last->options) <= MODULE_OPTIONS_MAX)
		return 0;
	warnx("cannot give %s its options: they are longer than %d bytes", last->name, MODULE_OPTIONS_MAX);
	return -1;
}

static bool
is_glob(const char *word)
{
	return strchr(word, ':') == NULL && strpbrk(word, "*?[") != NULL;
}

void
module_names_foresee(struct module_set *set, char *const *words)
{
	for (; *words != NULL; words++) {
		if (is_option(*words) || is_glob(*words))
			continue;
		struct kmod_list *found = module_set_lookup(set, *words);
		foresee(set, found, false);
		kmod_module_unref_list(found);
	}
	module_ahead_run(&set->ahead);
}

int
module_names_add(struct module_set *set, const char *word, struct plan_why why, struct module **last)
{
	if (is_option(word))
		return add_option(*last, word);
	*last = NULL;
	if (is_glob(word))
		return add_glob(set, word, why);
	return add_name(set, word, why, last);
}
