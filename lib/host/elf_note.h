/* SPDX-License-Identifier: MIT */
/*
 * Notes of an ELF file (elf(5)), read from PT_NOTE segments: a stripped file may have no section
 * headers.
 */
#ifndef LULL_ELF_NOTE_H
#define LULL_ELF_NOTE_H

#include <stddef.h>
#include <stdint.h>

struct elf;

/* Position in the notes of an opened file; initially zeroed. */
struct elf_notes {
	uint16_t header;
	uint64_t at; /* in the segment */
};

/*
 * The content of the next note with owner `name` and type `type`, `*length` bytes in the file; NULL
 * at the end. The rest of a malformed segment is skipped.
 */
const unsigned char *elf_next_note(const struct elf *elf, struct elf_notes *notes, const char *name,
				   uint32_t type, size_t *length);

#endif
