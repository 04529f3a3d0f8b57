/* SPDX-License-Identifier: MIT */
/*
 * Microcode as the kernel takes it (Documentation/x86/microcode.rst, arch/x86/kernel/cpu/microcode): of Intel, updates
 * one after the other, each a header of 48 bytes and data, which sum up to 0 in words of 32 bits, and perhaps a table,
 * which does too (Software Developer's Manual, volume 3A, 9.11); of AMD, containers one after the other, each a magic
 * number, a table of processors and patches. Where one is broken the kernel stops, and says nothing. Pure.
 */
#ifndef LULL_PACKER_MICROCODE_H
#define LULL_PACKER_MICROCODE_H

#include <stddef.h>

enum microcode_maker { MICROCODE_INTEL, MICROCODE_AMD, MICROCODE_MAKERS, MICROCODE_NONE = MICROCODE_MAKERS };

/* Where the kernel looks for it in the first archive of an image, without a slash in front. */
extern const char *const microcode_paths[MICROCODE_MAKERS];

/* Whose microcode a file is, by how it begins. */
enum microcode_maker microcode_maker(const unsigned char *bytes, size_t size);

/* What is broken in a maker's file, or NULL. */
const char *microcode_problem(enum microcode_maker maker, const unsigned char *bytes, size_t size);

#endif
