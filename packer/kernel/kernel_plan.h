/* SPDX-License-Identifier: MIT */
/* The proof before boot of what is planned (kernel_proof.h). */
#ifndef LULL_PACKER_KERNEL_PLAN_H
#define LULL_PACKER_KERNEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct closure;
struct kernel;

/*
 * Warns of all that the kernel lacks for the planned files, once all are planned, and for the
 * method by which the image will be compressed, NULL: by none. Returns the number of things for
 * which no image may be made.
 */
size_t kernel_plan_prove(struct closure *closure, const struct kernel *kernel, bool init_is_own,
			 const char *method);

#endif
