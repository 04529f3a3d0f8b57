/* SPDX-License-Identifier: MIT */
#include "modules/libkmod.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/message.h"
#include "base/status.h"

#define LIBRARY "libkmod.so.2"

struct libkmod libkmod;

static const struct {
	const char *name;
	void *function; /* the pointer in `libkmod` */
} functions[] = {
    {"kmod_config_get_blacklists", &libkmod.config_get_blacklists},
    {"kmod_config_get_options", &libkmod.config_get_options},
    {"kmod_config_iter_free_iter", &libkmod.config_iter_free_iter},
    {"kmod_config_iter_get_key", &libkmod.config_iter_get_key},
    {"kmod_config_iter_get_value", &libkmod.config_iter_get_value},
    {"kmod_config_iter_next", &libkmod.config_iter_next},
    {"kmod_list_next", &libkmod.list_next},
    {"kmod_load_resources", &libkmod.load_resources},
    {"kmod_module_get_info", &libkmod.module_get_info},
    {"kmod_module_get_initstate", &libkmod.module_get_initstate},
    {"kmod_module_get_install_commands", &libkmod.module_get_install_commands},
    {"kmod_module_get_module", &libkmod.module_get_module},
    {"kmod_module_get_name", &libkmod.module_get_name},
    {"kmod_module_get_softdeps", &libkmod.module_get_softdeps},
    {"kmod_module_info_free_list", &libkmod.module_info_free_list},
    {"kmod_module_info_get_key", &libkmod.module_info_get_key},
    {"kmod_module_info_get_value", &libkmod.module_info_get_value},
    {"kmod_module_new_from_lookup", &libkmod.module_new_from_lookup},
    {"kmod_module_new_from_name", &libkmod.module_new_from_name},
    {"kmod_module_unref", &libkmod.module_unref},
    {"kmod_module_unref_list", &libkmod.module_unref_list},
    {"kmod_new", &libkmod.new},
    {"kmod_set_log_fn", &libkmod.set_log_fn},
    {"kmod_unref", &libkmod.unref},
};

#define METADATA                                                                                   \
	"[{\"soname\":[\"" LIBRARY "\"],\"feature\":\"modules\","                                  \
	"\"description\":\"Packs kernel modules\",\"priority\":\"recommended\"}]"

/*
 * Declares the library to package managers and to packer itself (uapi-group.org, "ELF Dlopen
 * Metadata").
 */
__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {
	uint32_t name_size, size, type;
	char name[4];
	char metadata[(sizeof(METADATA) + 3) / 4 * 4];
} note = {sizeof("FDO"), sizeof(METADATA), 0x407c0c0a, "FDO", METADATA};

void
libkmod_load(void)
{
	static void *library;

	if (library != NULL)
		return;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *function = library != NULL ? dlsym(library, functions[i].name) : NULL;
		if (function == NULL)
			message_errx(FAILED, "cannot read modules: %s; install kmod's library",
				     dlerror());
		memcpy(functions[i].function, &function, sizeof(function));
	}
}
