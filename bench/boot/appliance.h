/* SPDX-License-Identifier: MIT */
/*
 * Prepares one boot: finds the kernel and the image, chooses the memory size, and makes the command
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
	struct machine machine; /* its strings are the fields below */
	char qemu[PATH_MAX];
	char kernel[PATH_MAX];
	const char *image; /* as the user named it; machine.initrd may be an extended copy */
	char initrd[32];   /* a path of /proc/self/fd */
	int initrd_fd;	   /* the file that `initrd` names; -1: the image itself is used */
	struct kernel_line line;
	uint64_t session;
	uint64_t timeout_s;
	uint64_t image_mib;
	bool sends_timeout;			  /* send the time limit to init */
	struct file_hash kernel_hash, image_hash; /* of the user's files; set by appliance_hash() */
	bool interactive;
	enum machine_end problem; /* why nothing can be booted; MACHINE_UNKNOWN: no problem */
};

/*
 * Prepares a boot. Strings and options stay the caller's and must stay valid. `contents`: of the
 * image; NULL: the image is known to have the experiment. Returns 0 (see `problem`), or bench's
 * exit status after a message of one line on stderr. The caller calls appliance_free() in either
 * case.
 */
int appliance_prepare(struct appliance *a, const struct boot_options *options,
		      const struct contents *contents);

/*
 * The kernel that is booted if none is named: build/kernel/vmlinuz, else that of the running
 * system. Returns 0, or -1 after a message.
 */
int appliance_default_kernel(char *path, size_t size);

/*
 * Whether the file can be a kernel: a bzImage (Documentation/x86/boot.rst: 0xaa55 at 0x1fe, "HdrS"
 * at 0x202) or ELF. QEMU also starts any other file, and then prints nothing. Returns 1, 0, or -1
 * after a message.
 */
int appliance_check_kernel(const char *path);

/*
 * Hashes the kernel and the image; called before the boot, so that these are the bytes that are
 * booted. Returns 0, or -1 after a message.
 */
int appliance_hash(struct appliance *a);

/* Whether the files are unchanged since they were hashed. Prints a message if not. */
bool appliance_is_current(const struct appliance *a);

void appliance_free(struct appliance *a);

#endif
