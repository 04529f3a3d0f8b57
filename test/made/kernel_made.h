/* SPDX-License-Identifier: MIT */
/* Generates the beginnings of kernels' files in memory: the part that is read. */
#ifndef LULL_TEST_KERNEL_MADE_H
#define LULL_TEST_KERNEL_MADE_H

#include <stdint.h>
#include <string.h>

enum { KERNEL_MADE_SIZE = 2048, KERNEL_MADE_PACKED = 1024 };

#define KERNEL_MADE_RELEASE "6.1.0-made"
#define KERNEL_MADE_BANNER "Linux version " KERNEL_MADE_RELEASE " (gcc) #1"

static inline void
kernel_made_put(unsigned char *file, size_t at, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		file[at + i] = (unsigned char)(value >> (8 * i));
}

/*
 * x86's, with a version of the boot protocol; the payload is from KERNEL_MADE_PACKED to the end
 * (Documentation/arch/x86/boot.rst).
 */
static inline void
kernel_made_bzimage(unsigned char file[KERNEL_MADE_SIZE], uint32_t protocol, int is64)
{
	memset(file, 0, KERNEL_MADE_SIZE);
	file[0x1f1] = 1;
	memcpy(file + 0x202, "HdrS", 4);
	kernel_made_put(file, 0x206, protocol, 2);
	kernel_made_put(file, 0x20e, 0x300 - 0x200, 2);
	kernel_made_put(file, 0x236, is64 ? 1 : 0, 2);
	kernel_made_put(file, 0x248, KERNEL_MADE_PACKED - 1024, 4);
	kernel_made_put(file, 0x24c, KERNEL_MADE_SIZE - KERNEL_MADE_PACKED, 4);
	strcpy((char *)file + 0x300, KERNEL_MADE_RELEASE " (gcc) #1 SMP");
}

/* arm64's or RISC-V's Image, by its magic number (Documentation/arch/arm64/booting.rst). */
static inline void
kernel_made_image(unsigned char file[KERNEL_MADE_SIZE], const char magic[4], int is_big)
{
	memset(file, 0, KERNEL_MADE_SIZE);
	kernel_made_put(file, 24, is_big ? 1 : 0, 4);
	memcpy(file + 56, magic, 4);
	strcpy((char *)file + 512, "Linux version %s (%s)");
	strcpy((char *)file + 600, KERNEL_MADE_BANNER);
}

/* EFI's compressed one, for a machine by its number in PE headers. */
static inline void
kernel_made_zboot(unsigned char file[KERNEL_MADE_SIZE], uint32_t machine)
{
	memset(file, 0, KERNEL_MADE_SIZE);
	memcpy(file, "MZ\0\0zimg", 8);
	kernel_made_put(file, 8, KERNEL_MADE_PACKED, 4);
	kernel_made_put(file, 12, KERNEL_MADE_SIZE - KERNEL_MADE_PACKED, 4);
	kernel_made_put(file, 0x3c, 0x80, 4);
	memcpy(file + 0x80, "PE\0\0", 4);
	kernel_made_put(file, 0x84, machine, 2);
}

#endif
