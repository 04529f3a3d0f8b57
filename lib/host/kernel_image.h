/* SPDX-License-Identifier: MIT */
/*
 * What a kernel's file tells, out of a buffer that holds it: x86's bzImage
 * (Documentation/arch/x86/boot.rst), arm64's and RISC-V's Image
 * (Documentation/arch/arm64/booting.rst, arch/riscv/boot-image-header.rst), EFI's compressed one
 * (drivers/firmware/efi/libstub/zboot-header.S), whose PE header names the machine, and vmlinux,
 * which is ELF. Pure.
 */
#ifndef LULL_KERNEL_IMAGE_H
#define LULL_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KERNEL_RELEASE = 65 }; /* bytes of `uname -r` with its NUL: __NEW_UTS_LEN */

struct kernel_image {
	uint16_t machine; /* e_machine of the programs that it was made for; 0: not told here */
	bool is64;	  /* and their class, where `machine` is told */
	bool big;	  /* and their byte order: the most significant first */
	char release[KERNEL_RELEASE]; /* as uname(2) has it; "": not told here */
	/*
	 * What is packed in it, where anything is: a kernel again, compressed by a method of
	 * unpack.h. Else NULL.
	 */
	const unsigned char *packed;
	size_t packed_size;
};

/* Reads the file at `data`, which must stay. Returns 0, or -1 for what is not a kernel of these. */
int kernel_image_read(struct kernel_image *image, const void *data, size_t size);

/* Takes what an image did not tell from the kernel that was packed in it. */
void kernel_image_join(struct kernel_image *image, const struct kernel_image *inner);

/*
 * The compressed configuration within an unpacked kernel, which CONFIG_IKCONFIG puts there between
 * the marks IKCFG_ST and IKCFG_ED (kernel/configs.c), with its size; NULL: there is none.
 */
const unsigned char *kernel_image_config(const void *data, size_t size, size_t *config_size);

#endif
