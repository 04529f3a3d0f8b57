/* SPDX-License-Identifier: MIT */
/* The parameters of one boot. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum accel { ACCEL_TCG, ACCEL_KVM };

enum board { BOARD_PC, BOARD_Q35, BOARD_MICROVM /* without ACPI */ };

enum { LABORATORY_LIMIT_S = 60, LABORATORY_RETURN_S = 300, LABORATORY_SPEED = 115200 };

/*
 * A machine in a laboratory: a line to read, and commands in place of a person's hands. Commands
 * are argv, terminated by NULL. They are executed without a shell, with LULL_KERNEL, LULL_IMAGE and
 * LULL_CMDLINE in their environment. NULL: no command.
 */
struct laboratory {
	char *const
	    *console; /* its standard input and output are the line; NULL: the line is a tty */
	const char *tty;
	unsigned speed;	   /* of the tty, in bits per second */
	char *const *boot; /* prepares what the machine will boot */
	char *const *power_on;
	char *const *power_off;
	char *const *power_cycle;
	/*
	 * Exits when the machine is up in its own system; NULL: it has none. bench waits for it,
	 * `boot` restarts the machine, and the machine comes back by itself. bench power-cycles it
	 * only if it does not.
	 */
	char *const *wait;
	/* Seconds after which `boot` and each power_ command has failed; 0: LABORATORY_LIMIT_S. */
	unsigned boot_s, limit_s;
	unsigned return_s; /* how long the machine may take to come back; 0: LABORATORY_RETURN_S */
};

/* Strings are owned by the caller. */
struct machine {
	const char *qemu; /* path of the program */
	const char *kernel;
	const char *initrd;
	const char *line;
	uint64_t memory_mib;
	unsigned cpus;
	enum accel accel;
	bool exact;
	bool is_foreign;    /* its init is not Lull's, and sends no records */
	char *const *extra; /* the user's own arguments; NULL: none */
	enum board board;
	const char *firmware; /* NULL: QEMU's own */
	const struct laboratory
	    *laboratory; /* NULL: QEMU; else only kernel, initrd and line of the above are used */
};

#endif
