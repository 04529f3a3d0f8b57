/* SPDX-License-Identifier: MIT */
/* Imports of an ELF file: the undefined symbols of DT_SYMTAB, found through PT_DYNAMIC only. */
#ifndef LULL_PACKER_ELF_SYMBOL_H
#define LULL_PACKER_ELF_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

struct elf;

enum { ELF_SYMBOL = 128 }; /* size of a symbol's name with its NUL; longer names are skipped */

/* Iterator over the symbols of an opened file. */
struct elf_symbols {
	uint64_t table; /* offset in the file */
	uint64_t count;
	uint64_t at;
};

/* Finds the symbol table. Without one, or if it is invalid, elf_next_import() returns NULL. */
void elf_symbols_start(const struct elf *elf, struct elf_symbols *symbols);

/*
 * Returns the name of the next symbol that another object must define, which points into the file;
 * NULL after the last. Weak symbols are skipped.
 */
const char *elf_next_import(const struct elf *elf, struct elf_symbols *symbols);

/*
 * Whether the dynamic string table contains exactly this string: the name of a symbol, or a
 * version that the file defines.
 */
bool elf_has_string(const struct elf *elf, const char *string);

#endif
