/* SPDX-License-Identifier: MIT */
/* Shared by the readers of ELF files only: bounds, byte order, and classes. */
#ifndef LULL_ELF_READ_H
#define LULL_ELF_READ_H

#include <elf.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host/elf.h"

/* Checks an access: returns whether `length` bytes at `offset` are in the file. */
static inline bool
elf_inside(const struct elf *elf, uint64_t offset, uint64_t length)
{
	return offset <= elf->size && length <= elf->size - offset;
}

/* A number of 1, 2, 4 or 8 bytes in the byte order of the file. gcc makes no load of a loop over
 * bytes. */
static inline uint64_t
elf_number(const struct elf *elf, uint64_t offset, int bytes)
{
	const unsigned char *at = elf->data + offset;
	uint16_t half;
	uint32_t word;
	uint64_t both;

	if (bytes == 1)
		return *at;
	if (bytes == 2) {
		memcpy(&half, at, sizeof(half));
		return elf->big ? be16toh(half) : le16toh(half);
	}
	if (bytes == 4) {
		memcpy(&word, at, sizeof(word));
		return elf->big ? be32toh(word) : le32toh(word);
	}
	memcpy(&both, at, sizeof(both));
	return elf->big ? be64toh(both) : le64toh(both);
}

/* A field whose offset and size depend on the class. */
static inline uint64_t
elf_field(const struct elf *elf, uint64_t base, uint64_t at32, int bytes32, uint64_t at64,
	  int bytes64)
{
	return elf->is64 ? elf_number(elf, base + at64, bytes64)
			 : elf_number(elf, base + at32, bytes32);
}

#define ELF_FIELD(elf, base, type, name)                                                           \
	elf_field(elf, base, offsetof(Elf32_##type, name), sizeof(((Elf32_##type *)0)->name),      \
		  offsetof(Elf64_##type, name), sizeof(((Elf64_##type *)0)->name))

/* Offset of program header `i`. */
static inline uint64_t
elf_header_at(const struct elf *elf, uint16_t i)
{
	return elf->headers + (uint64_t)i * elf->header_size;
}

/* The size of an entry of PT_DYNAMIC, and the tag and value of entry `i`. */
static inline uint64_t
elf_entry_size(const struct elf *elf)
{
	return elf->is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
}

static inline uint64_t
elf_entry_tag(const struct elf *elf, uint64_t i)
{
	return ELF_FIELD(elf, elf->dynamic + i * elf_entry_size(elf), Dyn, d_tag);
}

static inline uint64_t
elf_entry_value(const struct elf *elf, uint64_t i)
{
	return ELF_FIELD(elf, elf->dynamic + i * elf_entry_size(elf), Dyn, d_un.d_val);
}

/*
 * Translates the address `address` by PT_LOAD to a file offset, and returns in *length the number
 * of bytes of the segment in the file from there on.
 */
bool elf_locate(const struct elf *elf, uint64_t address, uint64_t *offset, uint64_t *length);

#endif
