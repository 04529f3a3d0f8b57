/* SPDX-License-Identifier: MIT */
/* The identity of the kernel in a file, as the running kernel reports it. */
#ifndef BENCH_KERNEL_IDENTITY_H
#define BENCH_KERNEL_IDENTITY_H

#include "boot/kernel_build_id.h"
#include "host/kernel_image.h"

/* Empty strings: unknown, because the kernel cannot be unpacked or has none. */
struct kernel_identity {
	char build_id[KERNEL_BUILD_ID]; /* hexadecimal digits */
	char release[KERNEL_RELEASE];	/* as uname -r prints it */
};

/*
 * Reads and unpacks the kernel's file, which takes some tenths of a second: to be called once per
 * kernel, not per boot. Returns 0, or -1 with errno if the file cannot be read.
 */
int kernel_identity_read(struct kernel_identity *k, const char *path);

#endif
