/* SPDX-License-Identifier: MIT */
/*
 * What a kernel module says about the kernel that it is for, out of a buffer that holds the file,
 * unpacked; libkmod reads files only. Pure.
 */
#ifndef LULL_PACKER_MODULE_INFO_H
#define LULL_PACKER_MODULE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct module_info {
	uint16_t machine; /* e_machine, class and byte order */
	bool is64, big;
	const char *strings; /* .modinfo: "key=value", a NUL behind each; `strings_size` bytes, 0:
				it has none */
	size_t strings_size;
	const char *vermagic; /* in the file: the release and how the kernel was configured
				 (linux/vermagic.h) */
	/*
	 * With CONFIG_MODVERSIONS, of the checksums of what it takes from the kernel that of
	 * module_layout, which stands for the kernel as a whole; else 0.
	 */
	uint64_t layout;
};

/*
 * Reads the module at `data`, which must stay. Returns 0, or -1 for what is none, or has no
 * vermagic.
 */
int module_info_read(struct module_info *info, const void *data, size_t size);

/*
 * The next value of `key`, which ends in =, among the module's strings; *at, NULL at first, is
 * where the last one was. NULL: there is no more.
 */
const char *module_info_value(const struct module_info *info, const char *key, const char **at);

/*
 * Whether a kernel whose own modules are as `own` loads the module: as check_modstruct_version()
 * and same_magic() of kernel/module/version.c decide, by which the release counts only where there
 * are no checksums.
 */
bool module_info_fits(const struct module_info *module, const struct module_info *own);

#endif
