/* SPDX-License-Identifier: MIT */
/*
 * Reads from a kernel module which kernel it is for. The module is an uncompressed file in a
 * buffer, whereas libkmod reads files only. Pure.
 */
#ifndef LULL_PACKER_MODULE_INFO_H
#define LULL_PACKER_MODULE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct module_info {
	uint16_t machine; /* e_machine, class and byte order */
	bool is64, big;
	const char *strings; /* .modinfo: "key=value", each followed by a NUL; `strings_size` bytes,
				0: none */
	size_t strings_size;
	const char *vermagic; /* in the file: the release and configuration of its kernel
				 (linux/vermagic.h) */
	/*
	 * With CONFIG_MODVERSIONS: the checksum of the symbol module_layout, which stands for the
	 * kernel as a whole; else 0.
	 */
	uint64_t layout;
};

/*
 * Reads the module at `data`, which must stay valid. Returns 0, or -1 if it is not a module or has
 * no vermagic.
 */
int module_info_read(struct module_info *info, const void *data, size_t size);

/*
 * The next value of `key`, which ends in =, among the module's strings; *at is the position of the
 * last one, NULL at first. Returns NULL at the end.
 */
const char *module_info_value(const struct module_info *info, const char *key, const char **at);

/*
 * Returns whether a kernel whose own modules are like `own` loads the module, by the rules of
 * check_modstruct_version() and same_magic() in kernel/module/version.c: the release counts only if
 * there are no checksums.
 */
bool module_info_fits(const struct module_info *module, const struct module_info *own);

#endif
