/* SPDX-License-Identifier: MIT */
/*
 * What one boot needs, found and made from what the user asked for: kernel, image, memory, command
 * line.
 */
#ifndef BENCH_APPLIANCE_H
#define BENCH_APPLIANCE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/io.h"
#include "boot/boot_options.h"
#include "boot/contents.h"
#include "boot/kernel_line.h"
#include "console/outcome.h"
#include "target/qemu.h"

struct appliance {
	struct machine machine; /* its strings are below */
	char qemu[PATH_MAX];
	char kernel[PATH_MAX];
	const char *image; /* as the user named it; machine.initrd may have more */
	char initrd[32];   /* a path of /proc/self/fd */
	int initrd_fd;	   /* what it names; -1: the image itself is used */
	struct kernel_line line;
	uint64_t session;
	uint64_t timeout_s;
	uint64_t image_mib;
	bool sends_timeout;			  /* the time limit is told to init */
	struct file_hash kernel_hash, image_hash; /* of the user's files, by appliance_hash() */
	bool interactive;
	enum machine_end problem; /* why there is nothing to boot; MACHINE_UNKNOWN: there is */
};

/*
 * Prepares a boot. Strings and options stay the caller's and are used. `contents` of the image;
 * NULL: it is known to have what is to be run. Returns 0 (see `problem`), or bench's exit status
 * after telling on stderr, in one line, what is wrong. appliance_free() is due either way.
 */
int appliance_prepare(struct appliance *a, const struct boot_options *options,
		      const struct contents *contents);

/*
 * Whether the file can be a kernel: a bzImage (Documentation/x86/boot.rst: 0xaa55 at 0x1fe, "HdrS"
 * at 0x202) or ELF. QEMU starts anything else as well, and then nothing ever comes. Returns 1, 0,
 * or -1 after a message.
 */
int appliance_check_kernel(const char *path);

/*
 * Hashes the files: before the boot, so that it is what is booted. Returns 0, or -1 after telling
 * what cannot be read.
 */
int appliance_hash(struct appliance *a);

/* Whether the files are still those that were hashed. Prints a message where one has changed. */
bool appliance_is_current(const struct appliance *a);

void appliance_free(struct appliance *a);

#endif
