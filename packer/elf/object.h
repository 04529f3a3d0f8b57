/* SPDX-License-Identifier: MIT */
/* Files as a loader sees them; each is read once. */
#ifndef LULL_PACKER_OBJECT_H
#define LULL_PACKER_OBJECT_H

#include <stdint.h>

#include "elf/dlopen_note.h"
#include "elf/script.h"
#include "host/elf.h"

struct elf;

enum object_kind { OBJECT_DATA, OBJECT_ELF, OBJECT_BROKEN_ELF, OBJECT_SCRIPT };

struct object {
	char *path; /* on this machine */
	enum object_kind kind;
	void *map; /* of an ELF file; `elf` points into it */
	size_t size;
	struct elf elf;
	const char *soname;
	const char *rpath;
	const char *runpath;
	struct dlopen_note loads; /* what it loads at run time, by its own notes */
	bool loads_are_broken;	  /* some of these notes are invalid */
	uint32_t rules;		  /* rules_match() */
	enum script_result result;
	struct script script;
};

struct objects {
	void *paths;
};

/*
 * Returns the object for the file at `path`, valid until objects_free(); NULL with errno if it
 * cannot be read.
 */
const struct object *object_get(struct objects *objects, const char *path);

void objects_free(struct objects *objects);

/* A Linux version; missing numbers are 0. */
struct elf_abi_kernel {
	uint32_t number[3];
};

/*
 * Reads the oldest Linux version that the file supports: NT_GNU_ABI_TAG, which C libraries have
 * from their build (glibc's --enable-kernel). Returns 0, or -1 if the file has no such note.
 */
int elf_abi_kernel(const struct elf *elf, struct elf_abi_kernel *kernel);

/* Parses the version at the beginning of a release as in uname(2); 0.0.0 if it is missing. */
struct elf_abi_kernel elf_abi_release(const char *release);

/* Returns a value below, equal to or above 0, as strcmp(3) does. */
int elf_abi_compare(const struct elf_abi_kernel *a, const struct elf_abi_kernel *b);

/*
 * Returns the x86-64 level that the file needs, from 1 (baseline) to 4, by
 * GNU_PROPERTY_X86_ISA_1_NEEDED (x86-64 psABI, "Program Property"); 0 if it is not specified.
 */
int elf_abi_level(const struct elf *elf);

#endif
