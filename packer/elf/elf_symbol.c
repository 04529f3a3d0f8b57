/* SPDX-License-Identifier: MIT */
#include "elf/elf_symbol.h"

#include <elf.h>
#include <string.h>

#include "host/elf_read.h"

/*
 * The second word of a hash table. In DT_HASH, it is the number of symbols. In DT_GNU_HASH, it is
 * the index of the first hashed (defined) symbol: all undefined ones precede it. If no symbol is
 * hashed, linkers write 1, which does not give their number.
 */
static uint64_t
second_word(const struct elf *elf, uint64_t table)
{
	uint64_t offset, length;

	return table != 0 && elf_locate(elf, table, &offset, &length) && length >= 8
		   ? elf_number(elf, offset + 4, 4)
		   : 0;
}

/* The number of bytes from the symbol table to the next table: an upper bound for its size. */
static uint64_t
bytes_to_next(const struct elf *elf, uint64_t table)
{
	uint64_t least = UINT64_MAX;

	for (uint64_t i = 0; i < elf->dynamic_count; i++) {
		uint64_t tag = elf_entry_tag(elf, i), at = elf_entry_value(elf, i);
		bool is_table = tag == DT_STRTAB || tag == DT_HASH || tag == DT_GNU_HASH ||
				tag == DT_VERSYM || tag == DT_VERNEED || tag == DT_VERDEF ||
				tag == DT_JMPREL || tag == DT_RELA || tag == DT_REL;
		if (is_table && at > table && at - table < least)
			least = at - table;
	}
	return least;
}

void
elf_symbols_start(const struct elf *elf, struct elf_symbols *symbols)
{
	uint64_t size = elf->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym), length = 0;
	uint64_t table = 0, hash = 0, gnu_hash = 0;

	*symbols = (struct elf_symbols){.at = 1}; /* the first symbol has no name */
	for (uint64_t i = 0; elf->strings_size > 0 && i < elf->dynamic_count; i++) {
		uint64_t tag = elf_entry_tag(elf, i);
		if (tag == DT_SYMTAB)
			table = elf_entry_value(elf, i);
		else if (tag == DT_HASH &&
			 !(elf->machine == EM_S390 && elf->is64)) /* its words have 64 bits there */
			hash = elf_entry_value(elf, i);
		else if (tag == DT_GNU_HASH)
			gnu_hash = elf_entry_value(elf, i);
	}
	if (table == 0 || !elf_locate(elf, table, &symbols->table, &length))
		return;
	uint64_t room = length / size, count = second_word(elf, gnu_hash);
	if (count <= 1)
		count = second_word(elf, hash);
	if (count == 0)
		count = bytes_to_next(elf, table) / size;
	symbols->count = count < room ? count : room;
}

const char *
elf_next_import(const struct elf *elf, struct elf_symbols *symbols)
{
	uint64_t size = elf->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);

	while (symbols->at < symbols->count) {
		uint64_t at = symbols->table + symbols->at++ * size;
		uint64_t name = ELF_FIELD(elf, at, Sym, st_name);
		if (ELF_FIELD(elf, at, Sym, st_shndx) != SHN_UNDEF || name == 0 ||
		    name >= elf->strings_size ||
		    ELF64_ST_BIND(ELF_FIELD(elf, at, Sym, st_info)) != STB_GLOBAL)
			continue;
		uint64_t left = elf->strings_size - name;
		if (memchr(elf->data + elf->strings + name, '\0',
			   left < ELF_SYMBOL ? left : ELF_SYMBOL) != NULL)
			return (const char *)elf->data + elf->strings + name;
	}
	return NULL;
}

bool
elf_has_string(const struct elf *elf, const char *string)
{
	const unsigned char *start = elf->data + elf->strings, *end = start + elf->strings_size;
	size_t length = strlen(string) + 1;

	/* A NUL precedes each string, as the table begins with one. */
	for (const unsigned char *at = start + 1; elf->strings_size > 0; at++) {
		at = memmem(at, (size_t)(end - at), string, length);
		if (at == NULL)
			return false;
		if (at[-1] == '\0')
			return true;
	}
	return false;
}
