/* SPDX-License-Identifier: MIT */
/* A running machine of any kind: its console, how to end it, and how it ended. */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "console/outcome.h"
#include "target/machine.h"
#include "text.h"

enum { TARGET_EVENTS = 2, TARGET_WORD_MAX = 128, TARGET_ERROR_MAX = 512 };

/* Descriptors are owned by the target and nonblocking; -1: none. */
struct target {
	const struct target_operations *operations;
	int console;		   /* to read */
	int input;		   /* to write; input that it cannot take at once is lost */
	int events[TARGET_EVENTS]; /* to poll; operations->read_event() reads them */
	bool started;		   /* the machine has been switched on */
	bool failed;		   /* it cannot continue; the caller has to end it */
	/* About the console, set by its reader: */
	bool has_output; /* a byte has arrived */
	bool hung_up;	 /* no more bytes will arrive */
	/* When the machine is gone: */
	enum machine_end end;	       /* how it ended, if it failed or was not asked to */
	char version[TARGET_WORD_MAX]; /* QEMU's; empty: unknown */
	char type[TARGET_WORD_MAX];    /* the machine's; empty: unknown */
	char error[TARGET_ERROR_MAX];  /* why it failed, not escaped; may be empty */
	pid_t pid;		       /* of QEMU; 0: none is running */
};

/* Only close() may block. */
struct target_operations {
	/* Reads the available bytes of events[event]. Returns 1 if there were any, 0 if not. */
	int (*read_event)(struct target *t, size_t event);
	/*
	 * Asks the machine to end; `why` becomes the boot's end. is_gone() ends a machine that does
	 * not. Only the first call has an effect, and one with MACHINE_ESCAPED: it stops waiting
	 * for a machine that comes back by itself.
	 */
	void (*end)(struct target *t, enum machine_end why);
	/* Ends the machine at once. */
	void (*kill)(struct target *t);
	/*
	 * Does the work that is due, and returns whether all is over: the console may then still
	 * hold bytes, and will get no more. To be called repeatedly until it returns true.
	 */
	bool (*is_gone)(struct target *t);
	/* Ends what still runs, within some seconds, and frees the target. */
	void (*close)(struct target *t);
};

/*
 * Starts a machine. `machine` and its strings stay the caller's, and must stay unchanged until
 * close(). Returns NULL with errno if bench itself failed; a machine that cannot be started is a
 * failed target.
 */
struct target *target_start(const struct machine *machine);

/* The same for each kind of machine. */
struct target *target_qemu_start(const struct machine *machine);
struct target *target_laboratory_start(const struct machine *machine);

/* All zero: QEMU's pc. Pointers are owned, except `firmware`. */
struct target_options {
	enum board board;
	bool has_board;
	const char *firmware; /* NULL: QEMU's own */
	bool is_ovmf;
	char *tty; /* the device, without the speed */
	struct laboratory laboratory;
	bool has_boot_command; /* boot-command was given; `target` sets laboratory.boot too */
	bool has_target;
};

/*
 * Sets one key; the last value counts. `value` stays the caller's and must stay valid. Returns 0,
 * or -1 with the value's error in `problem`, without key, value and newline.
 */
int target_options_set(struct target_options *o, const char *key, const char *value,
		       struct text *problem);

/*
 * Whether the options may be combined. `qemu_option`: the name of a given option that only QEMU
 * supports; NULL: none. Returns 0, or -1 with one line in `problem`, without newline.
 */
int target_options_check(const struct target_options *o, bool exact, const char *qemu_option,
			 struct text *problem);

/* The laboratory, or NULL for QEMU. */
const struct laboratory *target_options_laboratory(const struct target_options *o);

void target_options_free(struct target_options *o);

/*
 * Sets the commands of `l` that make an entry for `mac` in the folder `dir` before the machine is
 * switched on. Commands are owned, one block each; the earlier ones are freed. Returns 0, or -1
 * with the error, without newline, in `problem`.
 */
int target_pxe_set(struct laboratory *l, const char *dir, const char *mac, struct text *problem);

/*
 * Sets the commands of `l` for a machine with GRUB. `words`, terminated by NULL: its ssh
 * destination and, optionally, the seconds that it may take to come back. Commands are owned, one
 * block each; the earlier ones are freed. Returns 0, or -1 with the error, without newline, in
 * `problem`.
 */
int target_grub_set(struct laboratory *l, char *const words[], struct text *problem);

#endif
