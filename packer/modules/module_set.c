/* SPDX-License-Identifier: MIT */
#include "modules/module_set.h"

#include <err.h>
#include <errno.h>
#include <libkmod.h>
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/scratch.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/module_beside.h"
#include "modules/module_stage.h"
#include "plan/source.h"

/* What libkmod cannot use of the tree is seen by its tree of modules, which names it. */
static void
leave_log(void *data, int priority, const char *file, int line, const char *function, const char *format,
	  va_list arguments)
{
	(void)data, (void)priority, (void)file, (void)line, (void)function, (void)format, (void)arguments;
}

/* Without its lists libkmod finds nothing and calls that a success. */
static int
report_index(const struct kernel *kernel, const char *name)
{
	const char *end = strstr(kernel->modules, "/lib/modules/");

	warn("cannot read %s/%s, the index of its modules: make it with `depmod -b %.*s %s`", kernel->modules, name,
	     end != NULL && end > kernel->modules ? (int)(end - kernel->modules) : 1,
	     end != NULL && end > kernel->modules ? kernel->modules : "/", kernel->release);
	return -1;
}

/* libkmod parses modprobe.d at once and can be given a log only afterwards: module_stage() has reported what is wrong. */
static struct kmod_ctx *
open_silently(const char *lists, const char *const *paths)
{
	const char *level = getenv("KMOD_LOG");
	char *kept = level != NULL ? memory_copy(level) : NULL;

	setenv("KMOD_LOG", "0", 1);
	struct kmod_ctx *ctx = kmod_new(lists, paths);
	if (kept != NULL)
		setenv("KMOD_LOG", kept, 1);
	else
		unsetenv("KMOD_LOG");
	free(kept);
	return ctx;
}

/*
 * Opens libkmod on the kernel's lists and modprobe.d(5) of the source. It follows links on this machine: of the tree of
 * another system it gets links to what is meant there.
 */
static int
open_kmod(struct module_set *set, const struct source *source)
{
	static const char *const folders[] = {"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
					      "/usr/lib/modprobe.d", "/lib/modprobe.d"};
	enum { FOLDERS = sizeof(folders) / sizeof(*folders) };
	char *paths[FOLDERS + 1] = {NULL}, *lists = NULL;
	int result = 0;

	kmod_unref(NULL); /* without the library packer ends here, before anything is on the disk */
	if (source->root[0] != '\0' && (set->staged = scratch_make("/tmp")) == NULL)
		return -1;
	for (size_t i = 0; i < FOLDERS; i++) {
		char *folder = source_path(source, folders[i]), *name = memory_format("modprobe.d.%zu", i);
		result |= module_stage(source, folder, "*.conf", set->staged, name, &paths[i]);
		free(name);
		free(folder);
	}
	result |= module_stage(source, set->kernel->modules, "modules.*", set->staged, "modules", &lists);
	if (result == 0 && (set->ctx = open_silently(lists, (const char *const *)paths)) == NULL) {
		warn("cannot read the modules of %s", set->kernel->modules);
		result = -1;
	}
	for (size_t i = 0; i < FOLDERS; i++)
		free(paths[i]);
	free(lists);
	return result;
}

int
module_set_start(struct module_set *set, const struct kernel *kernel, const struct source *source, struct plan *plan)
{
	*set = (struct module_set){.kernel = kernel, .plan = plan};
	if (kernel->modules == NULL) {
		warnx("cannot find modules for the kernel %s: no lib/modules/%s beside it%s", kernel->name,
		      kernel->release, kernel->release[0] == '\0' ? ", and its release is not known" : "");
		return -1;
	}
	if ((set->tree = kernel_module_tree(kernel)) == NULL)
		return report_index(kernel, "modules.dep");
	if (open_kmod(set, source) != 0)
		return -1;
	kmod_set_log_fn(set->ctx, leave_log, NULL);
	int problem = kmod_load_resources(set->ctx);
	if (problem != 0) {
		errno = -problem;
		return report_index(kernel, "modules.*.bin");
	}
	module_config_start(&set->config, set->ctx);
	return 0;
}

static void
leave(void *unused)
{
	(void)unused;
}

void
module_set_end(struct module_set *set)
{
	tdestroy(set->by_name, leave);
	for (size_t i = 0; i < set->count; i++) {
		kmod_module_unref(set->order[i]->kmod);
		plain_release(&set->order[i]->plain);
		free(set->order[i]->path);
		free(set->order[i]->options);
		free(set->order[i]->whys);
		free(set->order[i]);
	}
	free(set->order);
	module_ahead_end(&set->ahead);
	if (set->ctx != NULL) {
		module_config_end(&set->config);
		kmod_unref(set->ctx);
	}
	if (set->staged != NULL)
		scratch_remove(set->staged);
	*set = (struct module_set){.ctx = NULL};
}

struct kmod_list *
module_set_lookup(const struct module_set *set, const char *name)
{
	struct kmod_list *list = NULL;

	return kmod_module_new_from_lookup(set->ctx, name, &list) >= 0 ? list : NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct module *)a)->name, ((const struct module *)b)->name);
}

struct module *
module_set_find(const struct module_set *set, const char *name)
{
	const struct module key = {.name = name};
	void **node = tfind(&key, &set->by_name, compare);

	return node != NULL ? *node : NULL;
}

/* The file that a list names, on this machine, to be freed, whether it is there or not. */
static char *
listed_path(const struct module_set *set, const char *listed)
{
	if (listed[0] == '/')
		return source_path(set->kernel->source, listed);
	return memory_format("%s/%s", set->kernel->modules, listed);
}

static void
report_missing(const struct module_set *set, const char *name, struct plan_why why)
{
	warnx("cannot find the module %s (%s %s): it is neither below %s nor built in", name, why.what, why.of,
	      set->kernel->modules);
}

/* One that must be loaded before. */
static void
add_need(struct module_set *set, const struct module *module, const char *name)
{
	const struct plan_why why = {"dependency of", module->place};

	if (module_set_add(set, name, module->need, why) != NULL)
		return;
	if (!module->need)
		report_missing(set, name, why);
	set->failed = true;
}

/* All that must be loaded before, by modules.dep, and by the module itself, as the list may be older. */
static void
add_needs(struct module_set *set, struct module *module)
{
	const struct module_tree_file *file = module_tree_find(set->tree, module->name);
	const char *end = NULL, *at = NULL, *value;
	char *path;

	while (module->path != NULL && file != NULL && file->needs != NULL &&
	       (path = module_tree_need(file, &end)) != NULL) {
		char *name = module_tree_name(path);
		if (name != NULL)
			add_need(set, module, name);
		free(name);
		free(path);
	}
	while (module->path != NULL && (value = module_info_value(&module->info, "depends=", &at)) != NULL) {
		char *copy = memory_copy(value), *rest = copy, *word;
		module_tree_normalize(copy);
		while ((word = strsep(&rest, ",")) != NULL)
			if (word[0] != '\0')
				add_need(set, module, word);
		free(copy);
	}
}

/* Where the module that a list names will be. */
static const char *
place_of(const struct module_set *set, const char *listed)
{
	const char *below = listed[0] == '/' ? strrchr(listed, '/') + 1 : listed;
	char *wanted = memory_format("/lib/modules/%s/%.*s", set->kernel->release,
				     (int)(strlen(below) - plain_suffix(below)), below);
	char *at = plan_locate(set->plan, wanted);
	const char *kept = plan_string(set->plan, at != NULL ? at : wanted);

	free(at);
	free(wanted);
	return kept;
}

static void
add_why(const struct module_set *set, struct module *module, struct plan_why why)
{
	module->whys = memory_room(module->whys, module->why_count, sizeof(*module->whys));
	module->whys[module->why_count++] =
	    (struct plan_why){plan_string(set->plan, why.what), plan_string(set->plan, why.of)};
}

/* Reads the file of a module, which is not loadable where that fails. */
static void
read_file(struct module_set *set, struct module *module, const char *listed, struct plan_why why)
{
	char *named = listed_path(set, listed);

	module->path = source_resolve(set->kernel->source, named);
	if (module->path == NULL)
		warn("cannot find the module %s (%s %s): %s, which modules.dep lists", module->name, why.what, why.of,
		     named);
	if (module->path == NULL || module_ahead_read(&set->ahead, &module->plain, set->plan, module->path) != 0) {
		set->failed = true;
		free(module->path);
		module->path = NULL;
	} else {
		module_info_read(&module->info, module->plain.bytes, module->plain.size);
	}
	free(named);
}

/* A module that is not in the set yet; NULL if the name is unknown. */
static struct module *
make_module(struct module_set *set, const char *name, bool need, struct plan_why why)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	bool is_loadable = file != NULL && file->needs != NULL;
	struct kmod_module *kmod = NULL;

	if (kmod_module_new_from_name(set->ctx, name, &kmod) != 0)
		return NULL;
	if (file == NULL && kmod_module_get_initstate(kmod) != KMOD_MODULE_BUILTIN) {
		kmod_module_unref(kmod);
		return NULL;
	}
	struct module *module = memory_get(1, sizeof(*module));
	*module = (struct module){.kmod = kmod, .name = kmod_module_get_name(kmod), .need = need};
	module->place = is_loadable ? place_of(set, file->path) : plan_string(set->plan, module->name);
	if (is_loadable)
		read_file(set, module, file->path, why);
	module->options = is_loadable ? module_config_options(&set->config, module->name) : memory_copy("");
	return module;
}

struct module *
module_set_add(struct module_set *set, const char *name, bool need, struct plan_why why)
{
	struct module *module = module_set_find(set, name);

	if (module != NULL) {
		add_why(set, module, why);
		/* What one needs, all that this needs is needed for. */
		if (need && !module->need) {
			module->need = true;
			add_needs(set, module);
		}
		return module;
	}
	if ((module = make_module(set, name, need, why)) == NULL) {
		if (need)
			report_missing(set, name, why);
		return NULL;
	}
	add_why(set, module, why);
	memory_tree(&set->by_name, module, compare);
	module_beside_add(set, module, false);
	add_needs(set, module);
	set->order = memory_room(set->order, set->count, sizeof(*set->order));
	set->order[set->count++] = module;
	module_beside_add(set, module, true);
	return module;
}

int
module_set_add_list(struct module_set *set, const struct kmod_list *list, bool need, struct plan_why why,
		    struct module **last)
{
	const struct kmod_list *at;
	int result = 0;

	kmod_list_foreach(at, list)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		struct module *module = module_set_add(set, kmod_module_get_name(kmod), need, why);
		kmod_module_unref(kmod);
		if (module == NULL)
			result = -1;
		else if (last != NULL)
			*last = module;
	}
	return result;
}

void
module_set_foresee(struct module_set *set, const char *name)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	const char *end = NULL, *listed = file != NULL && file->needs != NULL ? file->path : NULL;
	char *need = NULL;

	while (listed != NULL) {
		char *named = listed_path(set, listed), *path = source_resolve(set->kernel->source, named);
		if (path != NULL)
			module_ahead_want(&set->ahead, path);
		free(path);
		free(named);
		free(need);
		listed = need = module_tree_need(file, &end);
	}
}

bool
module_set_depends(const struct module_set *set, const char *name, const char *other)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	const char *end = NULL;
	bool does = false;
	char *path;

	while (!does && file != NULL && file->needs != NULL && (path = module_tree_need(file, &end)) != NULL) {
		char *its = module_tree_name(path);
		does = its != NULL && strcmp(its, other) == 0;
		free(its);
		free(path);
	}
	return does;
}

void
module_add_option(struct module *module, const char *option)
{
	char *longer = memory_format("%s%s%s", module->options, module->options[0] != '\0' ? " " : "", option);

	free(module->options);
	module->options = longer;
}
