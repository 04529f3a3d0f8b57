/* SPDX-License-Identifier: MIT */
#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

bool
elf_is(const void *data, size_t size)
{
	return size >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0;
}

/* The one check of every access: `length` bytes at `offset` are in the file. */
static bool
inside(const struct elf *elf, uint64_t offset, uint64_t length)
{
	return offset <= elf->size && length <= elf->size - offset;
}

/* A number of `bytes` bytes in the file's order. */
static uint64_t
number(const struct elf *elf, uint64_t offset, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value = value << 8 | elf->data[offset + (uint64_t)(elf->big ? i : bytes - 1 - i)];
	return value;
}

/* A field whose place and size depend on the class. */
static uint64_t
field(const struct elf *elf, uint64_t base, uint64_t at32, int bytes32, uint64_t at64, int bytes64)
{
	return elf->is64 ? number(elf, base + at64, bytes64) : number(elf, base + at32, bytes32);
}

#define FIELD(elf, base, type, name)                                                                                   \
	field(elf, base, offsetof(Elf32_##type, name), sizeof(((Elf32_##type *)0)->name),                              \
	      offsetof(Elf64_##type, name), sizeof(((Elf64_##type *)0)->name))

static uint64_t
header_at(const struct elf *elf, uint16_t i)
{
	return elf->headers + (uint64_t)i * elf->header_size;
}

/* The string at `offset` if it ends within `length` bytes and the file, and has at most `most`. */
static const char *
string_at(const struct elf *elf, uint64_t offset, uint64_t length, uint64_t most)
{
	if (!inside(elf, offset, length) || memchr(elf->data + offset, '\0', length < most ? length : most) == NULL)
		return NULL;
	return (const char *)elf->data + offset;
}

/* Where in the file the loader's address `address` is, by PT_LOAD; and how many bytes of the file follow it there. */
static bool
locate(const struct elf *elf, uint64_t address, uint64_t *offset, uint64_t *length)
{
	for (uint16_t i = 0; i < elf->header_count; i++) {
		uint64_t at = header_at(elf, i);
		uint64_t start = FIELD(elf, at, Phdr, p_vaddr), size = FIELD(elf, at, Phdr, p_filesz);
		uint64_t from = FIELD(elf, at, Phdr, p_offset);
		if (FIELD(elf, at, Phdr, p_type) != PT_LOAD || address < start || address - start >= size ||
		    !inside(elf, from, size))
			continue;
		*offset = from + (address - start);
		*length = size - (address - start);
		return true;
	}
	return false;
}

static uint64_t
entry_size(const struct elf *elf)
{
	return elf->is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
}

static uint64_t
entry_tag(const struct elf *elf, uint64_t i)
{
	return FIELD(elf, elf->dynamic + i * entry_size(elf), Dyn, d_tag);
}

static uint64_t
entry_value(const struct elf *elf, uint64_t i)
{
	return FIELD(elf, elf->dynamic + i * entry_size(elf), Dyn, d_un.d_val);
}

static bool
is_string(uint64_t tag)
{
	return tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH || tag == DT_FILTER ||
	       tag == DT_AUXILIARY || tag == DT_AUDIT || tag == DT_DEPAUDIT;
}

static bool
check_string(const struct elf *elf, uint64_t tag, uint64_t at)
{
	bool is_name = tag == DT_NEEDED || tag == DT_SONAME || tag == DT_FILTER || tag == DT_AUXILIARY;
	uint64_t most = is_name ? ELF_NAME : ELF_LIST;

	return at < elf->strings_size && string_at(elf, elf->strings + at, elf->strings_size - at, most) != NULL;
}

/* Reads PT_DYNAMIC of `count` entries: the string table, the flags, and a check of each string. */
static bool
read_dynamic(struct elf *elf, uint64_t count)
{
	uint64_t table = 0, size = 0, room = 0;
	bool has_strings = false;

	for (uint64_t i = 0; i < count && entry_tag(elf, i) != DT_NULL; i++) {
		uint64_t tag = entry_tag(elf, i);
		if (tag == DT_STRTAB)
			table = entry_value(elf, i);
		else if (tag == DT_STRSZ)
			size = entry_value(elf, i);
		else if (tag == DT_FLAGS_1)
			elf->flags_1 = entry_value(elf, i);
		has_strings |= is_string(tag);
		elf->dynamic_count = i + 1;
	}
	if (!has_strings)
		return true;
	if (elf->dynamic_count > ELF_ENTRIES)
		return false;
	if (!locate(elf, table, &elf->strings, &room))
		return false;
	elf->strings_size = size < room ? size : room;
	for (uint64_t i = 0; i < elf->dynamic_count; i++)
		if (is_string(entry_tag(elf, i)) && !check_string(elf, entry_tag(elf, i), entry_value(elf, i)))
			return false;
	return true;
}

static bool
read_header(struct elf *elf)
{
	if (!elf_is(elf->data, elf->size) || elf->size < sizeof(Elf32_Ehdr))
		return false;
	unsigned char class = elf->data[EI_CLASS], order = elf->data[EI_DATA];
	if ((class != ELFCLASS32 && class != ELFCLASS64) || (order != ELFDATA2LSB && order != ELFDATA2MSB))
		return false;
	elf->is64 = class == ELFCLASS64;
	elf->big = order == ELFDATA2MSB;
	if (elf->is64 && elf->size < sizeof(Elf64_Ehdr))
		return false;
	elf->type = (uint16_t)FIELD(elf, 0, Ehdr, e_type);
	elf->machine = (uint16_t)FIELD(elf, 0, Ehdr, e_machine);
	elf->flags = (uint32_t)FIELD(elf, 0, Ehdr, e_flags);
	elf->headers = FIELD(elf, 0, Ehdr, e_phoff);
	elf->header_size = (uint16_t)FIELD(elf, 0, Ehdr, e_phentsize);
	elf->header_count = (uint16_t)FIELD(elf, 0, Ehdr, e_phnum);
	return elf->header_count == 0 || (elf->header_size >= (elf->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)) &&
					  inside(elf, elf->headers, (uint64_t)elf->header_size * elf->header_count));
}

int
elf_open(struct elf *elf, const void *data, size_t size)
{
	uint64_t count = 0;

	*elf = (struct elf){.data = data, .size = size};
	if (!read_header(elf))
		goto bad;
	for (uint16_t i = 0; i < elf->header_count; i++) {
		uint64_t at = header_at(elf, i);
		uint64_t type = FIELD(elf, at, Phdr, p_type);
		uint64_t offset = FIELD(elf, at, Phdr, p_offset), length = FIELD(elf, at, Phdr, p_filesz);
		if (type == PT_INTERP) {
			elf->interpreter = string_at(elf, offset, length, ELF_NAME);
			if (elf->interpreter == NULL)
				goto bad;
		} else if (type == PT_DYNAMIC && length > 0) {
			/* A file of debugging symbols alone has the header with nothing in the file. */
			if (!inside(elf, offset, length))
				goto bad;
			elf->dynamic = offset;
			count = length / entry_size(elf);
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
		if (entry_tag(elf, i) == tag)
			return (const char *)elf->data + elf->strings + entry_value(elf, i);
	}
	return NULL;
}

/* The bits of e_flags that must be equal for a machine. */
static uint32_t
flags_that_matter(uint16_t machine)
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
	       ((a->flags ^ b->flags) & flags_that_matter(a->machine)) == 0;
}
