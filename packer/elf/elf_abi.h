/* SPDX-License-Identifier: MIT */
/* What an ELF file says in its notes that it needs of the machine: the oldest kernel, the processor. Pure. */
#ifndef LULL_PACKER_ELF_ABI_H
#define LULL_PACKER_ELF_ABI_H

#include <stdint.h>

struct elf;

/* A version of Linux; of one told in fewer numbers the others are 0. */
struct elf_abi_kernel {
	uint32_t number[3];
};

/*
 * The oldest Linux that the file is made for: NT_GNU_ABI_TAG, which C libraries are built with (glibc's
 * --enable-kernel). Returns 0, or -1 where it says nothing.
 */
int elf_abi_kernel(const struct elf *elf, struct elf_abi_kernel *kernel);

/* The version that a release as uname(2) has it begins with, 0.0.0 for what is none. */
struct elf_abi_kernel elf_abi_release(const char *release);

/* Below 0, 0, above 0: as strcmp(3). */
int elf_abi_compare(const struct elf_abi_kernel *a, const struct elf_abi_kernel *b);

/*
 * The level of x86-64 that the file needs, 1 for the baseline up to 4, by GNU_PROPERTY_X86_ISA_1_NEEDED (x86-64 psABI,
 * "Program Property"); 0: it says nothing.
 */
int elf_abi_level(const struct elf *elf);

#endif
