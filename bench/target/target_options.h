/* SPDX-License-Identifier: MIT */
/*
 * What is booted on, from words: QEMU's board and firmware, or a machine in a laboratory. The keys, as they stand on a
 * command line behind `--` or in a file:
 *
 * machine       pc, q35, microvm
 * firmware      a file, or `ovmf`
 * console       a command whose standard input and output are the machine's line
 * tty           DEVICE[,SPEED], in bits a second; default 115200
 * target        `grub DESTINATION [SECONDS]`: a machine with GRUB and a system of its own, which ssh reaches by
 *               DESTINATION, and which comes back in at most so many seconds
 *               `pxe DIR MAC`: a machine that boots over a network what DIR has for its MAC address
 * boot-command, power-on, power-off, power-cycle
 *               commands (machine.h)
 *
 * Commands are split into words as a shell would, and nothing is expanded.
 */
#ifndef BENCH_TARGET_OPTIONS_H
#define BENCH_TARGET_OPTIONS_H

#include <stdbool.h>

#include "target/machine.h"
#include "text.h"

/* All zero: QEMU's pc. What hangs on it is owned, but for `firmware`. */
struct target_options {
	enum board board;
	bool has_board;
	const char *firmware; /* NULL: QEMU's own */
	bool is_ovmf;
	char *tty; /* with what followed the comma cut off */
	struct laboratory laboratory;
	bool has_boot_command; /* which `target` sets as well */
	bool has_target;
};

/*
 * Sets one key; the last value counts. `value` stays the caller's and is used. Returns 0, or -1 with what is wrong with
 * the value in `problem`, without key, value and newline.
 */
int target_options_set(struct target_options *o, const char *key, const char *value, struct text *problem);

/*
 * Whether all of it together can be. `qemu_option`: something that was asked for and is of use with QEMU alone, by its
 * name; NULL: nothing was. Returns 0, or -1 with one line in `problem`, without newline.
 */
int target_options_check(const struct target_options *o, bool exact, const char *qemu_option, struct text *problem);

/* The laboratory, or NULL where it is QEMU. */
const struct laboratory *target_options_laboratory(const struct target_options *o);

void target_options_free(struct target_options *o);

#endif
