/* SPDX-License-Identifier: MIT */
/* What one boot is started with. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum accel { ACCEL_TCG, ACCEL_KVM };

enum board { BOARD_PC, BOARD_Q35, BOARD_MICROVM /* without ACPI */ };

enum { LABORATORY_LIMIT_S = 60, LABORATORY_RETURN_S = 300, LABORATORY_SPEED = 115200 };

/*
 * A machine on a table: a line to read, and commands for what a hand would do. Commands are argv,
 * ended with NULL, and are executed without a shell, with LULL_KERNEL, LULL_IMAGE and LULL_CMDLINE
 * in their environment; NULL: there is none.
 */
struct laboratory {
	char *const *console; /* its standard input and output are the line; NULL: a tty is */
	const char *tty;
	unsigned speed;	   /* of the tty, in bits a second */
	char *const *boot; /* gets ready what the machine will boot */
	char *const *power_on;
	char *const *power_off;
	char *const *power_cycle;
	/*
	 * Ends when the machine is in a system of its own and can be asked; NULL: it has none. The
	 * machine is then waited for, `boot` restarts it, and it comes back by itself. It is
	 * power-cycled only where it does not.
	 */
	char *const *wait;
	/* After so long each has failed, `boot` and one of power_...; 0: LABORATORY_LIMIT_S. */
	unsigned boot_s, limit_s;
	unsigned return_s; /* how long it may take to come back; 0: LABORATORY_RETURN_S */
};

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
	bool is_foreign;    /* its init is not Lull's, and does not answer */
	char *const *extra; /* the user's own arguments, or NULL */
	enum board board;
	const char *firmware; /* NULL: QEMU's own */
	const struct laboratory
	    *laboratory; /* NULL: QEMU; else of all above only kernel, initrd and line count */
};

#endif
