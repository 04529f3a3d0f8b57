/* SPDX-License-Identifier: MIT */
#include "modules/modules.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "module_list.h"
#include "modules/firmware.h"
#include "modules/libkmod.h"
#include "modules/module_index.h"
#include "modules/plain.h"
#include "plan/source.h"
#include "resolve/closure.h"

/*
 * Names of firmware are in the module's file; for built-in modules, in the index made by the
 * kernel's build.
 */
static int
add_firmware(struct firmware *firmware, const struct module *module)
{
	const struct plan_why why = {"firmware of", module->place};
	struct kmod_list *info = NULL, *entry;
	const char *at = NULL, *value;
	int result = 0;

	while ((value = module_info_value(&module->info, "firmware=", &at)) != NULL)
		result |= firmware_add(firmware, value, why);
	if (module->path != NULL)
		return result;
	libkmod.module_get_info(module->kmod, &info);
	for (entry = info; entry != NULL; entry = libkmod.list_next(info, entry)) {
		if (strcmp(libkmod.module_info_get_key(entry), "firmware") == 0)
			result |= firmware_add(firmware, libkmod.module_info_get_value(entry), why);
	}
	libkmod.module_info_free_list(info);
	return result;
}

/* Returns whether a module has a line in the list. */
static bool
is_listed(const struct module *module)
{
	return module->path != NULL || module->is_named;
}

static bool
has_lines(const struct module_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (is_listed(set->order[i]))
			return true;
	return false;
}

/* Plans the list; init loads only the modules in it. */
static int
add_list(const struct module_set *set)
{
	size_t size = 2 * MODULE_RELEASE_MAX * 3;

	for (size_t i = 0; i < set->count; i++)
		size += 3 * (strlen(set->order[i]->place) + strlen(set->order[i]->options)) + 16;
	char *bytes = xcalloc(size, 1);
	struct text t = text_in(bytes, size - 1);
	module_list_start(&t, set->kernel->release);
	for (size_t i = 0; i < set->count; i++) {
		const struct module *module = set->order[i];
		if (module->path != NULL)
			module_list_add(&t, module->need, module->place, module->options);
		else if (is_listed(module))
			module_list_add_built(&t, module->name);
	}
	const struct plan_entry list = {.path = MODULE_LIST,
					.type = PLAN_FILE,
					.rank = PLAN_SKELETON,
					.mode = 0644,
					.content = bytes};
	const struct plan_why why = {"list of modules", ""};
	int result = 0;
	if (plan_add_parents(set->plan, MODULE_LIST, why) != 0 ||
	    plan_add(set->plan, &list, why) == NULL) {
		message_warn("cannot plan %s", MODULE_LIST);
		result = -1;
	}
	free(bytes);
	return result;
}

/* Plans the file of a module, with all the reasons for it. */
static int
add_file(const struct module_set *set, const struct source *source, const struct module *module)
{
	if (plain_add(set->plan, source, &module->plain, module->place, module->whys[0]) != 0)
		return -1;
	const struct plan_entry *entry = plan_find(set->plan, module->place);
	for (size_t i = 1; i < module->why_count; i++)
		plan_add(set->plan, entry, module->whys[i]);
	return 0;
}

int
modules_start(struct modules *modules, const struct closure *closure)
{
	if (modules->set.ctx != NULL)
		return 0;
	if (!modules->failed &&
	    module_set_start(&modules->set, modules->kernel, closure->source, closure->plan) == 0)
		return 0;
	module_set_end(&modules->set);
	modules->failed = true;
	return -1;
}

int
modules_imply(struct modules *modules, const struct closure *closure, const char *name, bool need,
	      struct plan_why why)
{
	/* A kernel without modules needs no list of them. */
	if (!kernel_has_list(modules->kernel, "modules.dep"))
		return 0;
	if (modules_start(modules, closure) != 0)
		return -1;
	struct kmod_list *found = module_set_lookup(&modules->set, name);
	int result = found == NULL						       ? 0
		     : module_set_add_list(&modules->set, found, need, why, NULL) == 0 ? 1
										       : -1;
	libkmod.module_unref_list(found);
	return result;
}

int
modules_plan(struct modules *modules, const struct source *source)
{
	struct module_set *set = &modules->set;
	struct firmware firmware = {.plan = set->plan, .source = source, .kernel = set->kernel};
	int result = set->failed ? -1 : 0;

	/* No modules were requested, or none was found. */
	if (set->ctx == NULL || set->count == 0)
		return result;
	for (size_t i = 0; i < set->count && interrupt_signal() == 0; i++) {
		const struct module *module = set->order[i];
		if (module->path != NULL)
			result |= add_file(set, source, module);
		result |= add_firmware(&firmware, module);
	}
	result |= has_lines(set) ? add_list(set) : 0;
	return result == 0 && module_index_is_wanted(set) ? module_index_plan(set) : result;
}

void
modules_end(struct modules *modules)
{
	module_set_end(&modules->set);
}
