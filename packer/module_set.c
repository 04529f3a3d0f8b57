/* SPDX-License-Identifier: MIT */
#include "module_set.h"

#include <err.h>
#include <errno.h>
#include <libkmod.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "memory.h"
#include "module_beside.h"
#include "source.h"

static void
log_kmod(void *data, int priority, const char *file, int line, const char *function, const char *format,
	 va_list arguments)
{
	char text[1024];
	(void)data, (void)priority, (void)file, (void)line, (void)function;

	vsnprintf(text, sizeof(text), format, arguments);
	text[strcspn(text, "\n")] = '\0';
	warnx("libkmod: %s", text);
}

/* Without its index libkmod finds nothing and calls that a success. */
static int
check_index(const struct kernel *kernel)
{
	char *index = memory_format("%s/modules.dep.bin", kernel->modules);
	int result = access(index, R_OK);

	if (result != 0) {
		const char *end = strstr(kernel->modules, "/lib/modules/");
		warn("cannot read %s, the index of its modules: make it with `depmod -b %.*s %s`", index,
		     end != NULL && end > kernel->modules ? (int)(end - kernel->modules) : 1,
		     end != NULL && end > kernel->modules ? kernel->modules : "/", kernel->release);
	}
	free(index);
	return result;
}

int
module_set_start(struct module_set *set, const struct kernel *kernel, const struct source *source, struct plan *plan)
{
	static const char *const folders[] = {"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
					      "/usr/lib/modprobe.d", "/lib/modprobe.d"};
	enum { FOLDERS = sizeof(folders) / sizeof(*folders) };
	char *paths[FOLDERS + 1] = {NULL};

	*set = (struct module_set){.kernel = kernel, .plan = plan};
	if (kernel->modules == NULL) {
		warnx("cannot find modules for the kernel %s: no lib/modules/%s beside it%s", kernel->name,
		      kernel->release, kernel->release[0] == '\0' ? ", and its release is not known" : "");
		return -1;
	}
	if (check_index(kernel) != 0)
		return -1;
	for (size_t i = 0; i < FOLDERS; i++)
		paths[i] = source_path(source, folders[i]);
	set->ctx = kmod_new(kernel->modules, (const char *const *)paths);
	for (size_t i = 0; i < FOLDERS; i++)
		free(paths[i]);
	if (set->ctx == NULL) {
		warn("cannot read the modules of %s", kernel->modules);
		return -1;
	}
	kmod_set_log_fn(set->ctx, log_kmod, NULL);
	kmod_load_resources(set->ctx);
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

/* All that must be loaded before. */
static void
add_needs(struct module_set *set, struct module *module)
{
	if (module->path == NULL)
		return;
	struct kmod_list *needs = kmod_module_get_dependencies(module->kmod), *at;
	kmod_list_foreach(at, needs)
	{
		struct kmod_module *kmod = kmod_module_get_module(at);
		module_set_add(set, kmod, module->need, (struct plan_why){"dependency of", module->place});
		kmod_module_unref(kmod);
	}
	kmod_module_unref_list(needs);
}

/* Where the module will be; its name if it is built in. */
static const char *
place_of(const struct module_set *set, const char *name, const char *path)
{
	const char *top = set->kernel->modules;
	size_t length = strlen(top);

	if (path == NULL)
		return plan_string(set->plan, name);
	/* modules.dep may name files elsewhere. */
	path = strncmp(path, top, length) == 0 && path[length] == '/' ? path + length + 1 : strrchr(path, '/') + 1;
	char *wanted =
	    memory_format("/lib/modules/%s/%.*s", set->kernel->release, (int)(strlen(path) - plain_suffix(path)), path);
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

struct module *
module_set_add(struct module_set *set, struct kmod_module *kmod, bool need, struct plan_why why)
{
	const char *name = kmod_module_get_name(kmod);
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
	const char *path = kmod_module_get_path(kmod);
	if (path == NULL && kmod_module_get_initstate(kmod) != KMOD_MODULE_BUILTIN) {
		if (need)
			warnx("cannot find the module %s, %s %s: it is not below %s", name, why.what, why.of,
			      set->kernel->modules);
		return NULL;
	}
	module = memory_get(1, sizeof(*module));
	*module = (struct module){
	    .kmod = kmod_module_ref(kmod),
	    .name = name,
	    .path = path,
	    .place = place_of(set, name, path),
	    .options = path != NULL ? module_config_options(&set->config, name) : memory_copy(""),
	    .need = need,
	};
	if (path != NULL && module_ahead_read(&set->ahead, &module->plain, set->plan, path) != 0) {
		set->failed = true;
		module->path = NULL;
	} else if (path != NULL) {
		module_info_read(&module->info, module->plain.bytes, module->plain.size);
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

void
module_add_option(struct module *module, const char *option)
{
	char *longer = memory_format("%s%s%s", module->options, module->options[0] != '\0' ? " " : "", option);

	free(module->options);
	module->options = longer;
}
