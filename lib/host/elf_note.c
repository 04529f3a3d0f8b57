/* SPDX-License-Identifier: MIT */
#include "host/elf_note.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#include "host/elf_read.h"

struct note {
	uint64_t name, name_size; /* offset in the file */
	uint64_t data, data_size;
	uint32_t type;
};

/* Rounds up to a multiple of `align`, a power of two. */
static uint64_t
round_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

/*
 * Reads the note at *at in the segment with the program header at `header`, and advances *at.
 * Returns false at the end.
 */
static bool
read_note(const struct elf *elf, uint64_t header, uint64_t *at, struct note *note)
{
	uint64_t start = ELF_FIELD(elf, header, Phdr, p_offset),
		 size = ELF_FIELD(elf, header, Phdr, p_filesz);
	uint64_t align = ELF_FIELD(elf, header, Phdr, p_align) == 8 ? 8 : 4;

	if (!elf_inside(elf, start, size) || *at > size || size - *at < sizeof(Elf64_Nhdr))
		return false;
	uint64_t here = start + *at, left = size - *at;
	note->name = here + sizeof(Elf64_Nhdr);
	note->name_size = elf_number(elf, here + offsetof(Elf64_Nhdr, n_namesz), 4);
	note->data_size = elf_number(elf, here + offsetof(Elf64_Nhdr, n_descsz), 4);
	note->type = (uint32_t)elf_number(elf, here + offsetof(Elf64_Nhdr, n_type), 4);
	uint64_t data = round_up(sizeof(Elf64_Nhdr) + note->name_size, align);
	if (data > left || note->data_size > left - data)
		return false;
	note->data = here + data;
	*at += round_up(data + note->data_size, align);
	return true;
}

const unsigned char *
elf_next_note(const struct elf *elf, struct elf_notes *notes, const char *name, uint32_t type,
	      size_t *length)
{
	size_t name_size = strlen(name) + 1;
	struct note note;

	for (; notes->header < elf->header_count; notes->header++, notes->at = 0) {
		uint64_t header = elf_header_at(elf, notes->header);
		if (ELF_FIELD(elf, header, Phdr, p_type) != PT_NOTE)
			continue;
		while (read_note(elf, header, &notes->at, &note)) {
			if (note.type != type || note.name_size != name_size ||
			    memcmp(elf->data + note.name, name, name_size) != 0)
				continue;
			*length = note.data_size;
			return elf->data + note.data;
		}
	}
	return NULL;
}
