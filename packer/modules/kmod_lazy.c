/* SPDX-License-Identifier: MIT */
/*
 * libkmod, loaded when the first module is asked for: with libcrypto, which Debian's needs, it takes as long to load as
 * finding all that a small image needs. What packer calls of it is here by the same name, so that it is not linked.
 */
#include <dlfcn.h>
#include <err.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/status.h"

/* Tells package managers, and packer itself, of the library (uapi-group.org, "ELF Dlopen Metadata"). */
#define LIBKMOD "libkmod.so.2"
#define NOTE                                                                                                           \
	"[{\\\"soname\\\":[\\\"" LIBKMOD "\\\"],\\\"feature\\\":\\\"modules\\\","                                      \
	"\\\"description\\\":\\\"Packs kernel modules\\\",\\\"priority\\\":\\\"recommended\\\"}]"
__asm__(".pushsection .note.dlopen, \"a\", %note\n"
	".balign 4\n"
	".long 4, 2f - 1f, 0x407c0c0a\n"
	".asciz \"FDO\"\n"
	"1: .asciz \"" NOTE "\"\n"
	"2: .balign 4\n"
	".popsection\n");

static void *
find(const char *name)
{
	static void *library;

	if (library == NULL)
		library = dlopen(LIBKMOD, RTLD_NOW | RTLD_LOCAL);
	void *function = library != NULL ? dlsym(library, name) : NULL;
	if (function == NULL)
		errx(FAILED, "cannot read modules: %s; install kmod's library", dlerror());
	return function;
}

#define FORWARD(type, name, parameters, arguments)                                                                     \
	type name parameters                                                                                           \
	{                                                                                                              \
		static __typeof__(name) *function;                                                                     \
                                                                                                                       \
		if (function == NULL)                                                                                  \
			*(void **)&function = find(#name);                                                             \
		return function arguments;                                                                             \
	}

typedef void log_function(void *data, int priority, const char *file, int line, const char *function,
			  const char *format, va_list arguments);

/* clang-format off */
FORWARD(struct kmod_config_iter *, kmod_config_get_blacklists, (const struct kmod_ctx *ctx), (ctx))
FORWARD(struct kmod_config_iter *, kmod_config_get_options, (const struct kmod_ctx *ctx), (ctx))
FORWARD(void, kmod_config_iter_free_iter, (struct kmod_config_iter *iter), (iter))
FORWARD(const char *, kmod_config_iter_get_key, (const struct kmod_config_iter *iter), (iter))
FORWARD(const char *, kmod_config_iter_get_value, (const struct kmod_config_iter *iter), (iter))
FORWARD(bool, kmod_config_iter_next, (struct kmod_config_iter *iter), (iter))
FORWARD(struct kmod_list *, kmod_list_next, (const struct kmod_list *list, const struct kmod_list *at), (list, at))
FORWARD(int, kmod_load_resources, (struct kmod_ctx *ctx), (ctx))
FORWARD(int, kmod_module_get_info, (const struct kmod_module *module, struct kmod_list **list), (module, list))
FORWARD(int, kmod_module_get_initstate, (const struct kmod_module *module), (module))
FORWARD(const char *, kmod_module_get_install_commands, (const struct kmod_module *module), (module))
FORWARD(struct kmod_module *, kmod_module_get_module, (const struct kmod_list *entry), (entry))
FORWARD(const char *, kmod_module_get_name, (const struct kmod_module *module), (module))
FORWARD(int, kmod_module_get_softdeps, (const struct kmod_module *module, struct kmod_list **pre,
	struct kmod_list **post), (module, pre, post))
FORWARD(void, kmod_module_info_free_list, (struct kmod_list *list), (list))
FORWARD(const char *, kmod_module_info_get_key, (const struct kmod_list *entry), (entry))
FORWARD(const char *, kmod_module_info_get_value, (const struct kmod_list *entry), (entry))
FORWARD(int, kmod_module_new_from_lookup, (struct kmod_ctx *ctx, const char *name, struct kmod_list **list),
	(ctx, name, list))
FORWARD(int, kmod_module_new_from_name, (struct kmod_ctx *ctx, const char *name, struct kmod_module **module),
	(ctx, name, module))
FORWARD(struct kmod_module *, kmod_module_unref, (struct kmod_module *module), (module))
FORWARD(int, kmod_module_unref_list, (struct kmod_list *list), (list))
FORWARD(struct kmod_ctx *, kmod_new, (const char *directory, const char *const *paths), (directory, paths))
FORWARD(void, kmod_set_log_fn, (struct kmod_ctx *ctx, log_function *log, const void *data), (ctx, log, data))
FORWARD(struct kmod_ctx *, kmod_unref, (struct kmod_ctx *ctx), (ctx))
/* clang-format on */
