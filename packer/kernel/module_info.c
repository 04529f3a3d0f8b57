/* SPDX-License-Identifier: MIT */
#include "kernel/module_info.h"

#include <elf.h>
#include <string.h>

#include "host/elf_read.h"

/* Bytes of the file. */
struct part {
	uint64_t at;
	uint64_t size;
};

/* The section with index `i`. Returns false if it does not exist or has no bytes in the file. */
static bool
section_at(const struct elf *elf, uint64_t i, struct part *section, uint64_t *name)
{
	uint64_t headers = ELF_FIELD(elf, 0, Ehdr, e_shoff),
		 size = ELF_FIELD(elf, 0, Ehdr, e_shentsize);
	uint64_t least = elf->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

	if (i >= ELF_FIELD(elf, 0, Ehdr, e_shnum) || size < least || headers > elf->size ||
	    !elf_inside(elf, headers + i * size, least))
		return false;
	uint64_t at = headers + i * size;
	*name = ELF_FIELD(elf, at, Shdr, sh_name);
	*section =
	    (struct part){ELF_FIELD(elf, at, Shdr, sh_offset), ELF_FIELD(elf, at, Shdr, sh_size)};
	return ELF_FIELD(elf, at, Shdr, sh_type) != SHT_NOBITS &&
	       elf_inside(elf, section->at, section->size);
}

enum { MODINFO, VERSIONS, SECTIONS };

/* Finds the sections in one walk, as modules have dozens; those not found are empty. */
static void
find_sections(const struct elf *elf, struct part found[SECTIONS])
{
	static const char *const wanted[SECTIONS] = {".modinfo", "__versions"};
	uint64_t count = ELF_FIELD(elf, 0, Ehdr, e_shnum), at, unused;
	struct part names, section;

	if (!section_at(elf, ELF_FIELD(elf, 0, Ehdr, e_shstrndx), &names, &unused))
		return;
	for (uint64_t i = 1; i < count; i++) {
		if (!section_at(elf, i, &section, &at) || at > names.size)
			continue;
		for (size_t k = 0; k < SECTIONS; k++) {
			size_t length = strlen(wanted[k]) + 1;
			if (names.size - at >= length && found[k].at == 0 &&
			    memcmp(elf->data + names.at + at, wanted[k], length) == 0)
				found[k] = section;
		}
	}
}

const char *
module_info_value(const struct module_info *info, const char *key, const char **at)
{
	if (info->strings_size == 0)
		return NULL;
	const char *end = info->strings + info->strings_size;
	const char *next = *at != NULL ? *at + strlen(*at) + 1 : info->strings;

	while (next < end) {
		const char *stop = memchr(next, '\0', (size_t)(end - next));
		if (stop == NULL)
			return NULL;
		if (strncmp(next, key, strlen(key)) == 0) {
			*at = next;
			return next + strlen(key);
		}
		next = stop + 1;
	}
	return NULL;
}

/*
 * struct modversion_info: a checksum as a long, and a name; 64 bytes on 64-bit and 32-bit machines.
 */
static void
read_checksums(struct module_info *info, const struct elf *elf, struct part section)
{
	enum { ENTRY = 64 };
	static const char layout[] = "module_layout";
	uint64_t width = elf->is64 ? 8 : 4;

	for (uint64_t i = 0; section.size - i >= ENTRY; i += ENTRY)
		if (memcmp(elf->data + section.at + i + width, layout, sizeof(layout)) == 0)
			info->layout = elf_number(elf, section.at + i, (int)width);
}

int
module_info_read(struct module_info *info, const void *data, size_t size)
{
	struct part found[SECTIONS] = {{0, 0}};
	const char *at = NULL;
	struct elf elf;

	*info = (struct module_info){.vermagic = NULL};
	if (elf_open(&elf, data, size) != 0 || elf.type != ET_REL)
		return -1;
	info->machine = elf.machine;
	info->is64 = elf.is64;
	info->big = elf.big;
	find_sections(&elf, found);
	info->strings = (const char *)elf.data + found[MODINFO].at;
	info->strings_size = (size_t)found[MODINFO].size;
	info->vermagic = module_info_value(info, "vermagic=", &at);
	read_checksums(info, &elf, found[VERSIONS]);
	return info->vermagic != NULL ? 0 : -1;
}

bool
module_info_fits(const struct module_info *module, const struct module_info *own)
{
	bool by_sums = module->layout != 0 && own->layout != 0;
	const char *magic = module->vermagic, *its = own->vermagic;

	if (by_sums) {
		magic += strcspn(magic, " ");
		its += strcspn(its, " ");
	}
	return strcmp(magic, its) == 0 && (!by_sums || module->layout == own->layout);
}
