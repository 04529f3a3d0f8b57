/* SPDX-License-Identifier: MIT */
#include "modules/module_beside.h"

#include <fnmatch.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/companions.h"
#include "modules/module_set.h"

/*
 * Adds what `by` would have loaded, before itself or behind, in the pass for that. What cannot be loaded without it
 * comes behind, whatever is asked for.
 */
static void
add_soft_list(struct module_set *set, const struct module *by, struct kmod_list *list, bool behind, bool pass_behind)
{
	struct kmod_list *at;

	kmod_list_foreach(at, list)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		const char *name = kmod_module_get_name(kmod);
		if ((behind || module_set_depends(set, name, by->name)) == pass_behind)
			module_set_add(set, name, false, (struct plan_why){"soft dependency of", by->place});
		kmod_module_unref(kmod);
	}
}

/* The same from the words of a module: "pre: A B post: C", or of weak ones names alone, which come before. */
static void
add_soft_names(struct module_set *set, const struct module *by, const char *value, bool pass_behind)
{
	char *words = memory_copy(value), *rest = words, *word;
	bool behind = false;

	while ((word = strsep(&rest, " \t")) != NULL) {
		if (strcmp(word, "pre:") == 0 || strcmp(word, "post:") == 0) {
			behind = word[1] == 'o';
		} else if (word[0] != '\0') {
			struct kmod_list *found = module_set_lookup(set, word);
			add_soft_list(set, by, found, behind, pass_behind);
			kmod_module_unref_list(found);
		}
	}
	free(words);
}

/* The name that a need of the table stands for, to be freed; NULL: none, as the kernel's configuration has no value. */
static char *
companion_name(const struct kernel_config *config, const char *need)
{
	size_t before = strcspn(need, "$");
	const char *option = need + before, *otherwise = strchr(option, ':');

	if (*option == '\0')
		return memory_copy(need);
	char *name = memory_format("%.*s", (int)(otherwise - option - 1), option + 1);
	size_t length = strlen(otherwise + 1);
	const char *value = config->size > 0 ? kernel_config_find(config, name, &length) : otherwise + 1;
	free(name);
	if (value != NULL && length >= 2 && value[0] == '"') {
		value++;
		length -= 2;
	}
	return value != NULL && length > 0 ? memory_format("%.*s%.*s", (int)before, need, (int)length, value) : NULL;
}

/* What a driver is of no use without, behind it. */
static void
add_companions(struct module_set *set, const struct module *module)
{
	const struct plan_why why = {"companion of", module->place};

	for (const struct companions *row = companions; row->driver != NULL; row++) {
		if (fnmatch(row->driver, module->name, 0) != 0)
			continue;
		for (const char *const *need = row->needs; *need != NULL; need++) {
			char *name = companion_name(&set->kernel->config, *need);
			struct kmod_list *found = name != NULL ? module_set_lookup(set, name) : NULL;
			module_set_add_list(set, found, false, why, NULL);
			kmod_module_unref_list(found);
			free(name);
		}
	}
}

/* Soft dependencies, of the module itself and of modprobe.d. */
static void
add_soft(struct module_set *set, const struct module *module, bool pass_behind)
{
	static const char *const keys[] = {"softdep=", "weakdep="};
	struct kmod_list *before = NULL, *behind = NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *at = NULL, *value;
		while ((value = module_info_value(&module->info, keys[i], &at)) != NULL)
			add_soft_names(set, module, value, pass_behind);
	}
	if (kmod_module_get_softdeps(module->kmod, &before, &behind) < 0)
		return;
	add_soft_list(set, module, before, false, pass_behind);
	add_soft_list(set, module, behind, true, pass_behind);
	kmod_module_unref_list(before);
	kmod_module_unref_list(behind);
}

void
module_beside_add(struct module_set *set, const struct module *module, bool pass_behind)
{
	if (module->path != NULL)
		add_soft(set, module, pass_behind);
	if (pass_behind)
		add_companions(set, module);
}
