/* SPDX-License-Identifier: MIT */
/* A small valid ELF file in memory, of either class and byte order. */
#ifndef LULL_TEST_ELF_MADE_H
#define LULL_TEST_ELF_MADE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ELF_MADE_SIZE = 1024, ELF_MADE_DYNAMIC = 512, ELF_MADE_STRINGS = 768 };

/* NEEDED "libc.so.6" and "liba.so", RUNPATH "/r", SONAME "me", interpreter "/lib/ld.so". */
static const char elf_made_strings[] = "\0libc.so.6\0liba.so\0/r\0me\0/lib/ld.so";

static inline void
elf_made_put(unsigned char *at, uint64_t value, int bytes, bool big)
{
	for (int i = 0; i < bytes; i++)
		at[big ? bytes - 1 - i : i] = (unsigned char)(value >> (8 * i));
}

#define ELF_MADE_FIELD(base, type, name, value)                                                    \
	(is64 ? elf_made_put((base) + offsetof(Elf64_##type, name), (value),                       \
			     sizeof(((Elf64_##type *)0)->name), big)                               \
	      : elf_made_put((base) + offsetof(Elf32_##type, name), (value),                       \
			     sizeof(((Elf32_##type *)0)->name), big))

static inline void
elf_made_segment(unsigned char *at, bool is64, bool big, uint32_t type, uint64_t offset,
		 uint64_t address, uint64_t size)
{
	ELF_MADE_FIELD(at, Phdr, p_type, type);
	ELF_MADE_FIELD(at, Phdr, p_offset, offset);
	ELF_MADE_FIELD(at, Phdr, p_vaddr, address);
	ELF_MADE_FIELD(at, Phdr, p_filesz, size);
}

static inline void
elf_made(unsigned char file[ELF_MADE_SIZE], bool is64, bool big)
{
	const uint64_t base = 0x10000, entries[][2] = {{DT_NEEDED, 1},
						       {DT_NEEDED, 11},
						       {DT_RUNPATH, 19},
						       {DT_SONAME, 22},
						       {DT_STRTAB, base + ELF_MADE_STRINGS},
						       {DT_STRSZ, sizeof(elf_made_strings)},
						       {DT_FLAGS_1, DF_1_NODEFLIB},
						       {DT_NULL, 0}};
	unsigned char *headers = file + (is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	size_t header = is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	size_t entry = is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn),
	       count = sizeof(entries) / sizeof(*entries);

	memset(file, 0, ELF_MADE_SIZE);
	memcpy(file, ELFMAG, SELFMAG);
	file[EI_CLASS] = is64 ? ELFCLASS64 : ELFCLASS32;
	file[EI_DATA] = big ? ELFDATA2MSB : ELFDATA2LSB;
	ELF_MADE_FIELD(file, Ehdr, e_type, ET_DYN);
	ELF_MADE_FIELD(file, Ehdr, e_machine, EM_PPC64);
	ELF_MADE_FIELD(file, Ehdr, e_phoff, (uint64_t)(headers - file));
	ELF_MADE_FIELD(file, Ehdr, e_phentsize, header);
	ELF_MADE_FIELD(file, Ehdr, e_phnum, 3);
	elf_made_segment(headers, is64, big, PT_LOAD, 0, base, ELF_MADE_SIZE);
	elf_made_segment(headers + header, is64, big, PT_INTERP, ELF_MADE_STRINGS + 25, base, 11);
	elf_made_segment(headers + 2 * header, is64, big, PT_DYNAMIC, ELF_MADE_DYNAMIC, base,
			 count * entry);
	for (size_t i = 0; i < count; i++) {
		ELF_MADE_FIELD(file + ELF_MADE_DYNAMIC + i * entry, Dyn, d_tag, entries[i][0]);
		ELF_MADE_FIELD(file + ELF_MADE_DYNAMIC + i * entry, Dyn, d_un.d_val, entries[i][1]);
	}
	memcpy(file + ELF_MADE_STRINGS, elf_made_strings, sizeof(elf_made_strings));
}

#endif
