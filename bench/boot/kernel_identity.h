/* SPDX-License-Identifier: MIT */
/* Which kernel a file holds, as the kernel itself tells it when it runs. */
#ifndef BENCH_KERNEL_IDENTITY_H
#define BENCH_KERNEL_IDENTITY_H

#include "boot/kernel_build_id.h"
#include "host/kernel_image.h"

/* Empty strings: not known, as the kernel cannot be unpacked, or has none. */
struct kernel_identity {
	char build_id[KERNEL_BUILD_ID]; /* hexadecimal digits */
	char release[KERNEL_RELEASE];	/* as uname -r has it */
};

/*
 * Reads the kernel's file at `path` and unpacks it, which takes some tenths of a second: once a
 * kernel, not once a boot. Returns 0, or -1 with errno where the file cannot be read.
 */
int kernel_identity_read(struct kernel_identity *k, const char *path);

#endif
