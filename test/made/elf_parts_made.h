/* SPDX-License-Identifier: MIT */
/* The file of elf_made.h with notes and symbols. */
#ifndef LULL_TEST_ELF_PARTS_MADE_H
#define LULL_TEST_ELF_PARTS_MADE_H

#include "made/elf_made.h"

enum {
	ELF_PARTS_SIZE = 2048,
	ELF_PARTS_NOTES = 1024,
	ELF_PARTS_SYMBOLS = 1280,
	ELF_PARTS_HASH = 1536,
	ELF_PARTS_NAMES = 1600, /* after elf_made_strings in the string table */
	ELF_PARTS_COUNT = 5,	/* symbols */
};

/* With a DT_GNU_HASH that has symbols, with an empty one and DT_HASH, or with neither. */
enum elf_parts_hash { ELF_PARTS_GNU, ELF_PARTS_SYSV, ELF_PARTS_NONE };

static inline unsigned char *
elf_parts_note(unsigned char *at, bool big, const char *name, uint32_t type, const char *data,
	       uint32_t align)
{
	size_t name_size = strlen(name) + 1, data_size = strlen(data) + 1;

	elf_made_put(at, name_size, 4, big);
	elf_made_put(at + 4, data_size, 4, big);
	elf_made_put(at + 8, type, 4, big);
	memcpy(at + 12, name, name_size);
	at += (12 + name_size + align - 1) / align * align;
	memcpy(at, data, data_size);
	return at + (data_size + align - 1) / align * align;
}

static inline void
elf_parts_symbol(unsigned char *at, bool is64, bool big, uint64_t name, int binding, int section)
{
	ELF_MADE_FIELD(at, Sym, st_name, name);
	ELF_MADE_FIELD(at, Sym, st_info, ELF64_ST_INFO(binding, STT_FUNC));
	ELF_MADE_FIELD(at, Sym, st_shndx, section);
}

/*
 * Notes "FDO" of type 7 with "one" and "two", among others, in a segment aligned to `align`.
 * Symbols: "iconv_open" undefined, "maybe" undefined and weak, "malloc" undefined, "own" defined.
 */
static inline void
elf_parts_made(unsigned char file[ELF_PARTS_SIZE], bool is64, bool big, uint32_t align,
	       enum elf_parts_hash hash)
{
	static const char names[] = "\0iconv_open\0maybe\0malloc\0own\0GLIBC_2.34";
	const uint64_t base = 0x10000, start = ELF_PARTS_NAMES - ELF_MADE_STRINGS;
	uint64_t entries[][2] = {{DT_SYMTAB, base + ELF_PARTS_SYMBOLS},
				 {DT_NULL, 0},
				 {DT_GNU_HASH, base + ELF_PARTS_HASH + 16},
				 {DT_NULL, 0}};
	size_t header = is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr),
	       size = is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	size_t entry = is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	unsigned char *headers = file + (is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	unsigned char *symbols = file + ELF_PARTS_SYMBOLS, *dynamic = file + ELF_MADE_DYNAMIC;

	memset(file, 0, ELF_PARTS_SIZE);
	elf_made(file, is64, big);
	ELF_MADE_FIELD(file, Ehdr, e_phnum, 4);
	elf_made_segment(headers, is64, big, PT_LOAD, 0, base, ELF_PARTS_SIZE);
	elf_made_segment(headers + 2 * header, is64, big, PT_DYNAMIC, ELF_MADE_DYNAMIC, base,
			 11 * entry);
	unsigned char *at = elf_parts_note(file + ELF_PARTS_NOTES, big, "GNU", 7, "other", align);
	at = elf_parts_note(at, big, "FDO", 7, "one", align);
	at = elf_parts_note(at, big, "FDO", 8, "other", align);
	at = elf_parts_note(at, big, "FDO", 7, "two", align);
	elf_made_segment(headers + 3 * header, is64, big, PT_NOTE, ELF_PARTS_NOTES, base,
			 (uint64_t)(at - file - ELF_PARTS_NOTES));
	ELF_MADE_FIELD(headers + 3 * header, Phdr, p_align, align);
	memcpy(file + ELF_PARTS_NAMES, names, sizeof(names));
	elf_parts_symbol(symbols + size, is64, big, start + 1, STB_GLOBAL, SHN_UNDEF);
	elf_parts_symbol(symbols + 2 * size, is64, big, start + 12, STB_WEAK, SHN_UNDEF);
	elf_parts_symbol(symbols + 3 * size, is64, big, start + 18, STB_GLOBAL, SHN_UNDEF);
	elf_parts_symbol(symbols + 4 * size, is64, big, start + 25, STB_GLOBAL, 1);
	elf_made_put(file + ELF_PARTS_HASH + 4, ELF_PARTS_COUNT, 4, big); /* DT_HASH: all symbols */
	elf_made_put(file + ELF_PARTS_HASH + 20, hash == ELF_PARTS_GNU ? 4 : 1, 4,
		     big); /* DT_GNU_HASH: from "own" on */
	entries[1][0] = hash == ELF_PARTS_GNU	 ? DT_GNU_HASH
			: hash == ELF_PARTS_SYSV ? DT_HASH
						 : DT_DEBUG;
	entries[1][1] = base + ELF_PARTS_HASH + (hash == ELF_PARTS_GNU ? 16 : 0);
	entries[2][0] = hash == ELF_PARTS_SYSV ? DT_GNU_HASH : DT_DEBUG;
	/* Replaces the size of elf_made()'s strings. */
	ELF_MADE_FIELD(dynamic + 5 * entry, Dyn, d_un.d_val, start + sizeof(names));
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		ELF_MADE_FIELD(dynamic + (7 + i) * entry, Dyn, d_tag, entries[i][0]);
		ELF_MADE_FIELD(dynamic + (7 + i) * entry, Dyn, d_un.d_val, entries[i][1]);
	}
}

#endif
