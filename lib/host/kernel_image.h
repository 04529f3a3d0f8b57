/* SPDX-License-Identifier: MIT */
/*
 * Reads facts from a kernel's file in a buffer: x86's bzImage (Documentation/arch/x86/boot.rst),
 * arm64's and RISC-V's Image (Documentation/arch/arm64/booting.rst,
 * arch/riscv/boot-image-header.rst), EFI's compressed Image
 * (drivers/firmware/efi/libstub/zboot-header.S), whose PE header has the machine, and vmlinux,
 * which is ELF. Pure.
 */
#ifndef LULL_KERNEL_IMAGE_H
#define LULL_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KERNEL_RELEASE = 65 }; /* size of `uname -r` with its NUL: __NEW_UTS_LEN + 1 */

struct kernel_image {
	uint16_t machine;	      /* e_machine of its programs; 0: unknown */
	bool is64;		      /* their class, if `machine` is known */
	bool big;		      /* their byte order: big-endian */
	char release[KERNEL_RELEASE]; /* as in uname(2); "": unknown */
	/* The compressed kernel inside, packed by a method of unpack.h, or NULL. */
	const unsigned char *packed;
	size_t packed_size;
};

/*
 * Reads the file at `data`, which must stay valid. Returns 0, or -1 if it is not a kernel of these
 * types.
 */
int kernel_image_read(struct kernel_image *image, const void *data, size_t size);

/* Completes unknown facts from the kernel that was packed in the image. */
void kernel_image_join(struct kernel_image *image, const struct kernel_image *inner);

/*
 * The compressed configuration in an unpacked kernel, which CONFIG_IKCONFIG places between the
 * marks IKCFG_ST and IKCFG_ED (kernel/configs.c), with its size; NULL: none.
 */
const unsigned char *kernel_image_config(const void *data, size_t size, size_t *config_size);

#endif
