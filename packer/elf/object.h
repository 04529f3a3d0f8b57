/* SPDX-License-Identifier: MIT */
/* Files as a loader sees them, each read once. */
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
	void *map; /* of an ELF file, which `elf` points to */
	size_t size;
	struct elf elf;
	const char *soname;
	const char *rpath;
	const char *runpath;
	struct dlopen_note loads; /* what it tells that it loads at run time */
	bool loads_are_broken;	  /* some of that cannot be read */
	uint32_t rules;		  /* rules_match() */
	enum script_result result;
	struct script script;
};

struct objects {
	void *paths;
};

/* What the file at `path` is; NULL with errno if it cannot be read. Lives until objects_free(). */
const struct object *object_get(struct objects *objects, const char *path);

void objects_free(struct objects *objects);

/* A version of Linux; of one told in fewer numbers the others are 0. */
struct elf_abi_kernel {
	uint32_t number[3];
};

/*
 * The oldest Linux that the file is made for: NT_GNU_ABI_TAG, which C libraries are built with
 * (glibc's
 * --enable-kernel). Returns 0, or -1 where it says nothing.
 */
int elf_abi_kernel(const struct elf *elf, struct elf_abi_kernel *kernel);

/* The version that a release as uname(2) has it begins with, 0.0.0 for what is none. */
struct elf_abi_kernel elf_abi_release(const char *release);

/* Below 0, 0, above 0: as strcmp(3). */
int elf_abi_compare(const struct elf_abi_kernel *a, const struct elf_abi_kernel *b);

/*
 * The level of x86-64 that the file needs, 1 for the baseline up to 4, by
 * GNU_PROPERTY_X86_ISA_1_NEEDED (x86-64 psABI, "Program Property"); 0: it says nothing.
 */
int elf_abi_level(const struct elf *elf);

#endif
