/* SPDX-License-Identifier: MIT */
#include "modules/module_names.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "module_list.h"
#include "modules/devices.h"
#include "modules/libkmod.h"
#include "modules/module_set.h"
#include "nearest.h"
#include "plan/source.h"

/* Normalizes a glob as names are; - in brackets has another meaning. */
static void
normalize_glob(char *name)
{
	for (bool inside = false; *name != '\0'; name++) {
		inside = *name == '[' || (inside && *name != ']');
		if (*name == '-' && !inside)
			*name = '_';
	}
}

static int
report_missing(const struct module_set *set, const char *name)
{
	char **names = module_tree_names(set->tree);
	const char *nearest = nearest_word(name, (const char *const *)names);

	message_warnx("cannot find the module %s: it is neither below %s nor built in%s%s%s", name,
		      set->kernel->modules, nearest != NULL ? "; did you mean " : "",
		      nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
	source_list_free(names);
	return -1;
}

static int
add_name(struct module_set *set, const char *name, struct plan_why why, struct module **last)
{
	struct kmod_list *found = module_set_lookup(set, name);

	if (found == NULL)
		return report_missing(set, name);
	int result = module_set_add_list(set, found, true, why, last);
	libkmod.module_unref_list(found);
	return result;
}

/* Returns whether the module may be loaded by a device's alias, by the rules of modprobe -b. */
static bool
is_for_devices(const struct module_set *set, struct kmod_module *kmod)
{
	return !module_config_is_blacklisted(&set->config, libkmod.module_get_name(kmod)) &&
	       libkmod.module_get_install_commands(kmod) == NULL;
}

/* Prefetches the modules of a lookup. */
static void
prefetch_list(struct module_set *set, struct kmod_list *found, bool for_devices)
{
	struct kmod_list *at;

	for (at = found; at != NULL; at = libkmod.list_next(found, at)) {
		struct kmod_module *kmod = libkmod.module_get_module(at);
		if (!for_devices || is_for_devices(set, kmod))
			module_set_prefetch(set, libkmod.module_get_name(kmod));
		libkmod.module_unref(kmod);
	}
}

static int
add_glob(struct module_set *set, const char *pattern, struct plan_why why)
{
	char **names = module_tree_names(set->tree);
	char *normal = xstrdup(pattern);
	size_t matched = 0;

	normalize_glob(normal);
	for (int adds = 0; adds <= 1; adds++) {
		for (char **name = names; *name != NULL; name++) {
			if (fnmatch(normal, *name, 0) != 0)
				continue;
			matched++;
			if (adds)
				module_set_add(set, *name, false, why);
			else
				module_set_prefetch(set, *name);
		}
		prefetch_run(&set->prefetch);
	}
	source_list_free(names);
	free(normal);
	if (matched > 0)
		return 0;
	message_warnx("cannot find a module that matches %s: none is below %s or built in", pattern,
		      set->kernel->modules);
	return -1;
}

static void
add_device(struct module_set *set, struct kmod_list *found, const char *alias)
{
	struct kmod_list *at;

	for (at = found; at != NULL; at = libkmod.list_next(found, at)) {
		struct kmod_module *kmod = libkmod.module_get_module(at);
		if (is_for_devices(set, kmod))
			module_set_add(set, libkmod.module_get_name(kmod), false,
				       (struct plan_why){"-m auto", alias});
		libkmod.module_unref(kmod);
	}
}

int
module_names_devices(struct module_set *set, const char *path)
{
	struct devices devices;

	if (devices_read(&devices, path) != 0)
		return -1;
	struct kmod_list **found = xcalloc(devices.count + 1, sizeof(struct kmod_list *));
	for (size_t i = 0; i < devices.count; i++)
		prefetch_list(set, found[i] = module_set_lookup(set, devices.aliases[i]), true);
	prefetch_run(&set->prefetch);
	for (size_t i = 0; i < devices.count; i++) {
		add_device(set, found[i], devices.aliases[i]);
		libkmod.module_unref_list(found[i]);
	}
	free(found);
	devices_free(&devices);
	return 0;
}

/* KEY=VALUE; an alias may hold `=`, but only after its colon. */
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
		message_warnx("cannot use the option %s: no module name precedes it", word);
		return -1;
	}
	if (last->path == NULL) {
		message_warnx("cannot give %s the option %s: it is built into the kernel; put "
			      "%s.%s on the command line",
			      last->name, word, last->name, word);
		return -1;
	}
	module_add_option(last, word);
	if (strlen(last->options) <= MODULE_OPTIONS_MAX)
		return 0;
	message_warnx("cannot give %s its options: they are longer than %d bytes", last->name,
		      MODULE_OPTIONS_MAX);
	return -1;
}

static bool
is_glob(const char *word)
{
	return strchr(word, ':') == NULL && strpbrk(word, "*?[") != NULL;
}

void
module_names_prefetch(struct module_set *set, char *const *words)
{
	for (; *words != NULL; words++) {
		if (is_option(*words) || is_glob(*words))
			continue;
		struct kmod_list *found = module_set_lookup(set, *words);
		prefetch_list(set, found, false);
		libkmod.module_unref_list(found);
	}
	prefetch_run(&set->prefetch);
}

int
module_names_add(struct module_set *set, const char *word, struct plan_why why,
		 struct module **last)
{
	if (is_option(word))
		return add_option(*last, word);
	*last = NULL;
	if (is_glob(word))
		return add_glob(set, word, why);
	int result = add_name(set, word, why, last);
	if (*last != NULL)
		(*last)->is_named = true;
	return result;
}
