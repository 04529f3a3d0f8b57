/* SPDX-License-Identifier: MIT */
/* A small valid kernel module in memory, of either class and byte order. */
#ifndef LULL_TEST_MODULE_MADE_H
#define LULL_TEST_MODULE_MADE_H

#include "made/elf_made.h"

enum {
	MODULE_MADE_SIZE = 1024,
	MODULE_MADE_NAMES = 64,
	MODULE_MADE_INFO = 128,
	MODULE_MADE_SUMS = 256,
	MODULE_MADE_SECTIONS = 512,
};

#define MODULE_MADE_VERMAGIC "6.1.0-made SMP mod_unload modversions "

static inline void
module_made_section(unsigned char *file, int i, bool is64, bool big, uint64_t name, uint64_t offset,
		    uint64_t size)
{
	unsigned char *at = file + MODULE_MADE_SECTIONS +
			    (size_t)i * (is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));

	ELF_MADE_FIELD(at, Shdr, sh_name, name);
	ELF_MADE_FIELD(at, Shdr, sh_type, SHT_PROGBITS);
	ELF_MADE_FIELD(at, Shdr, sh_offset, offset);
	ELF_MADE_FIELD(at, Shdr, sh_size, size);
}

/* Two checksums, of which that of module_layout is `layout`. */
static inline void
module_made(unsigned char file[MODULE_MADE_SIZE], bool is64, bool big, uint32_t layout)
{
	static const char names[] = "\0.modinfo\0__versions\0.shstrtab";
	static const char info[] = "license=GPL\0vermagic=" MODULE_MADE_VERMAGIC "\0name=made";
	size_t width = is64 ? 8 : 4;

	memset(file, 0, MODULE_MADE_SIZE);
	memcpy(file, ELFMAG, SELFMAG);
	file[EI_CLASS] = is64 ? ELFCLASS64 : ELFCLASS32;
	file[EI_DATA] = big ? ELFDATA2MSB : ELFDATA2LSB;
	ELF_MADE_FIELD(file, Ehdr, e_type, ET_REL);
	ELF_MADE_FIELD(file, Ehdr, e_machine, EM_PPC64);
	ELF_MADE_FIELD(file, Ehdr, e_shoff, MODULE_MADE_SECTIONS);
	ELF_MADE_FIELD(file, Ehdr, e_shentsize, is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
	ELF_MADE_FIELD(file, Ehdr, e_shnum, 4);
	ELF_MADE_FIELD(file, Ehdr, e_shstrndx, 3);
	memcpy(file + MODULE_MADE_NAMES, names, sizeof(names));
	memcpy(file + MODULE_MADE_INFO, info, sizeof(info));
	elf_made_put(file + MODULE_MADE_SUMS, 7, (int)width, big);
	memcpy(file + MODULE_MADE_SUMS + width, "printk", sizeof("printk"));
	elf_made_put(file + MODULE_MADE_SUMS + 64, layout, (int)width, big);
	memcpy(file + MODULE_MADE_SUMS + 64 + width, "module_layout", sizeof("module_layout"));
	module_made_section(file, 1, is64, big, 1, MODULE_MADE_INFO, sizeof(info));
	module_made_section(file, 2, is64, big, 10, MODULE_MADE_SUMS, 128);
	module_made_section(file, 3, is64, big, 21, MODULE_MADE_NAMES, sizeof(names));
}

#endif
