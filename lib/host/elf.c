/* SPDX-License-Identifier: MIT */
#include "host/elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "host/elf_read.h"

bool
elf_is(const void *data, size_t size)
{
	return size >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0;
}

/*
 * The string at `offset`, or NULL unless it ends within `length` bytes, the file and `most` bytes.
 */
static const char *
string_at(const struct elf *elf, uint64_t offset, uint64_t length, uint64_t most)
{
	if (!elf_inside(elf, offset, length) ||
	    memchr(elf->data + offset, '\0', length < most ? length : most) == NULL)
		return NULL;
	return (const char *)elf->data + offset;
}

bool
elf_locate(const struct elf *elf, uint64_t address, uint64_t *offset, uint64_t *length)
{
	for (uint16_t i = 0; i < elf->header_count; i++) {
		uint64_t at = elf_header_at(elf, i);
		uint64_t start = ELF_FIELD(elf, at, Phdr, p_vaddr),
			 size = ELF_FIELD(elf, at, Phdr, p_filesz);
		uint64_t from = ELF_FIELD(elf, at, Phdr, p_offset);
		if (ELF_FIELD(elf, at, Phdr, p_type) != PT_LOAD || address < start ||
		    address - start >= size || !elf_inside(elf, from, size))
			continue;
		*offset = from + (address - start);
		*length = size - (address - start);
		return true;
	}
	return false;
}

static bool
is_string(uint64_t tag)
{
	return tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH ||
	       tag == DT_FILTER || tag == DT_AUXILIARY || tag == DT_AUDIT || tag == DT_DEPAUDIT;
}

static bool
check_string(const struct elf *elf, uint64_t tag, uint64_t at)
{
	bool is_name =
	    tag == DT_NEEDED || tag == DT_SONAME || tag == DT_FILTER || tag == DT_AUXILIARY;
	uint64_t most = is_name ? ELF_NAME : ELF_LIST;

	return at < elf->strings_size &&
	       string_at(elf, elf->strings + at, elf->strings_size - at, most) != NULL;
}

/* Reads PT_DYNAMIC of `count` entries: string table and flags. Checks each string. */
static bool
read_dynamic(struct elf *elf, uint64_t count)
{
	uint64_t table = 0, size = 0, room = 0;
	bool has_strings = false;

	for (uint64_t i = 0; i < count && elf_entry_tag(elf, i) != DT_NULL; i++) {
		uint64_t tag = elf_entry_tag(elf, i);
		if (tag == DT_STRTAB)
			table = elf_entry_value(elf, i);
		else if (tag == DT_STRSZ)
			size = elf_entry_value(elf, i);
		else if (tag == DT_FLAGS_1)
			elf->flags_1 = elf_entry_value(elf, i);
		has_strings |= is_string(tag);
		elf->dynamic_count = i + 1;
	}
	if (!has_strings)
		return true;
	if (elf->dynamic_count > ELF_ENTRIES)
		return false;
	if (!elf_locate(elf, table, &elf->strings, &room))
		return false;
	elf->strings_size = size < room ? size : room;
	for (uint64_t i = 0; i < elf->dynamic_count; i++)
		if (is_string(elf_entry_tag(elf, i)) &&
		    !check_string(elf, elf_entry_tag(elf, i), elf_entry_value(elf, i)))
			return false;
	return true;
}

static bool
read_header(struct elf *elf)
{
	if (!elf_is(elf->data, elf->size) || elf->size < sizeof(Elf32_Ehdr))
		return false;
	unsigned char class = elf->data[EI_CLASS], order = elf->data[EI_DATA];
	if ((class != ELFCLASS32 && class != ELFCLASS64) ||
	    (order != ELFDATA2LSB && order != ELFDATA2MSB))
		return false;
	elf->is64 = class == ELFCLASS64;
	elf->big = order == ELFDATA2MSB;
	if (elf->is64 && elf->size < sizeof(Elf64_Ehdr))
		return false;
	elf->type = (uint16_t)ELF_FIELD(elf, 0, Ehdr, e_type);
	elf->machine = (uint16_t)ELF_FIELD(elf, 0, Ehdr, e_machine);
	elf->flags = (uint32_t)ELF_FIELD(elf, 0, Ehdr, e_flags);
	elf->headers = ELF_FIELD(elf, 0, Ehdr, e_phoff);
	elf->header_size = (uint16_t)ELF_FIELD(elf, 0, Ehdr, e_phentsize);
	elf->header_count = (uint16_t)ELF_FIELD(elf, 0, Ehdr, e_phnum);
	return elf->header_count == 0 ||
	       (elf->header_size >= (elf->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)) &&
		elf_inside(elf, elf->headers, (uint64_t)elf->header_size * elf->header_count));
}

int
elf_open(struct elf *elf, const void *data, size_t size)
{
	uint64_t count = 0;

	*elf = (struct elf){.data = data, .size = size};
	if (!read_header(elf))
		goto bad;
	for (uint16_t i = 0; i < elf->header_count; i++) {
		uint64_t at = elf_header_at(elf, i);
		uint64_t type = ELF_FIELD(elf, at, Phdr, p_type);
		uint64_t offset = ELF_FIELD(elf, at, Phdr, p_offset),
			 length = ELF_FIELD(elf, at, Phdr, p_filesz);
		if (type == PT_INTERP) {
			elf->interpreter = string_at(elf, offset, length, ELF_NAME);
			if (elf->interpreter == NULL)
				goto bad;
		} else if (type == PT_DYNAMIC && length > 0) {
			/*
			 * A file with debugging symbols only has the header, but no bytes for it.
			 */
			if (!elf_inside(elf, offset, length))
				goto bad;
			elf->dynamic = offset;
			count = length / elf_entry_size(elf);
		}
	}
	if (!read_dynamic(elf, count))
		goto bad;
	return 0;
bad:
	errno = EINVAL;
	return -1;
}

const char *
elf_next(const struct elf *elf, uint64_t tag, uint64_t *at)
{
	while (*at < elf->dynamic_count) {
		uint64_t i = (*at)++;
		if (elf_entry_tag(elf, i) == tag)
			return (const char *)elf->data + elf->strings + elf_entry_value(elf, i);
	}
	return NULL;
}

/* The bits of e_flags that must match. */
static uint32_t
abi_flags(uint16_t machine)
{
	if (machine == EM_ARM)
		return EF_ARM_ABI_FLOAT_HARD | EF_ARM_ABI_FLOAT_SOFT;
	if (machine == EM_RISCV)
		return EF_RISCV_FLOAT_ABI | EF_RISCV_RVE;
	if (machine == EM_MIPS)
		return EF_MIPS_ABI2 | EF_MIPS_NAN2008;
	if (machine == 258 /* EM_LOONGARCH */)
		return 7; /* EF_LARCH_ABI_MODIFIER_MASK */
	return 0;
}

bool
elf_match(const struct elf *a, const struct elf *b)
{
	return a->is64 == b->is64 && a->big == b->big && a->machine == b->machine &&
	       ((a->flags ^ b->flags) & abi_flags(a->machine)) == 0;
}
