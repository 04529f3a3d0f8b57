/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file takes from others: the undefined symbols of DT_SYMTAB, found by PT_DYNAMIC
 * alone.
 */
#ifndef LULL_PACKER_ELF_SYMBOL_H
#define LULL_PACKER_ELF_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

struct elf;

enum { ELF_SYMBOL = 128 }; /* bytes of a symbol's name with its NUL; longer ones are left out */

/* Where the reading of an opened file's symbols is. */
struct elf_symbols {
	uint64_t table; /* offset in the file */
	uint64_t count;
	uint64_t at;
};

/* Finds the symbols. Of a file that has none, or whose table is not sound, none is then given. */
void elf_symbols_start(const struct elf *elf, struct elf_symbols *symbols);

/*
 * The name of the next symbol that must come from another object, a weak one need not; NULL when
 * there is no more. It is in the file.
 */
const char *elf_next_import(const struct elf *elf, struct elf_symbols *symbols);

/*
 * Whether the table of dynamic strings has exactly this one: the name of a symbol, or a version
 * that is defined.
 */
bool elf_has_string(const struct elf *elf, const char *string);

#endif
