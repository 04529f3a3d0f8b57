/* SPDX-License-Identifier: MIT */
/* The proof before boot (kernel_proof.h) of an image that is there. */
#ifndef LULL_PACKER_KERNEL_CHECK_H
#define LULL_PACKER_KERNEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct kernel;
struct loaded_image;

/* Warns of all that the kernel lacks for the image. Returns the number of things that will not run. */
size_t kernel_check(const struct loaded_image *loaded, const struct kernel *kernel, bool init_is_own);

#endif
