/* SPDX-License-Identifier: MIT */
/*
 * Notes of an ELF file (elf(5)), read from its PT_NOTE segments: a stripped file may have no
 * section headers.
 */
#ifndef LULL_ELF_NOTE_H
#define LULL_ELF_NOTE_H

#include <stddef.h>
#include <stdint.h>

struct elf;

/* Where the reading of an opened file's notes is; starts zeroed. */
struct elf_notes {
	uint16_t header;
	uint64_t at; /* in the segment */
};

/*
 * What the next note of owner `name` and type `type` holds, `*length` bytes in the file; NULL when
 * there is no more. A segment is left where its bounds are broken.
 */
const unsigned char *elf_next_note(const struct elf *elf, struct elf_notes *notes, const char *name,
				   uint32_t type, size_t *length);

#endif
