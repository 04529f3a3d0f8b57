/* SPDX-License-Identifier: MIT */
/* What one boot is started with. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum accel { ACCEL_TCG, ACCEL_KVM };

/* Strings are the caller's. */
struct machine {
	const char *qemu; /* path of the program */
	const char *kernel;
	const char *initrd;
	const char *line;
	uint64_t memory_mib;
	unsigned cpus;
	enum accel accel;
	bool exact;
	char *const *extra; /* the user's own arguments, or NULL */
};

#endif
