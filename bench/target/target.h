/* SPDX-License-Identifier: MIT */
/*
 * A machine that runs, whatever it is: where its console is, how it is ended, and what it tells of
 * its end.
 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "console/outcome.h"
#include "target/machine.h"
#include "text.h"

enum { TARGET_EVENTS = 2, TARGET_WORD_MAX = 128, TARGET_ERROR_MAX = 512 };

/* Descriptors are the target's and do not block; -1: there is none. */
struct target {
	const struct target_operations *operations;
	int console;		   /* to read */
	int input;		   /* to write; what it does not take at once is lost */
	int events[TARGET_EVENTS]; /* to wait for; what they bring is for operations->hear() */
	bool started;		   /* the machine has been switched on */
	bool failed;		   /* it cannot go on, and is to be ended */
	/* Of the console, by whoever reads it: */
	bool spoke;   /* a byte has come */
	bool hung_up; /* no more will come */
	/* Once it is gone: */
	enum machine_end end;	       /* how it ended, if it was not asked to, or if it failed */
	char version[TARGET_WORD_MAX]; /* QEMU's; empty: not told */
	char type[TARGET_WORD_MAX];    /* the machine's; empty: not told */
	char error[TARGET_ERROR_MAX];  /* why it failed, not escaped; may be empty */
};

/* None of them blocks, but for close(). */
struct target_operations {
	/* Reads what there is of events[event]. Returns 1 if there was something, 0 if not. */
	int (*hear)(struct target *t, size_t event);
	/*
	 * Asks the machine to end, for the reason that boot's end will be. What does not end by
	 * itself is made to, in is_gone(). Only the first call counts, and one with
	 * MACHINE_ESCAPED: it does not wait for what comes by itself.
	 */
	void (*end)(struct target *t, enum machine_end why);
	/* Ends it at once. */
	void (*kill)(struct target *t);
	/*
	 * Does what is due by now, and tells whether all is over: the console may then still hold
	 * bytes, and will get no more. To be called again and again, until then.
	 */
	bool (*is_gone)(struct target *t);
	/* Ends what is still there, within some seconds, and frees the target. */
	void (*close)(struct target *t);
};

/*
 * Starts a machine. `machine` and all that it names stay the caller's, and stay as they are until
 * close(). Returns NULL with errno where bench's own side failed; a machine that cannot be started
 * is a target that has failed.
 */
struct target *target_start(const struct machine *machine);

/* The kinds of it, as target_start(). */
struct target *target_qemu_start(const struct machine *machine);
struct target *target_laboratory_start(const struct machine *machine);

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
 * Sets one key; the last value counts. `value` stays the caller's and is used. Returns 0, or -1
 * with what is wrong with the value in `problem`, without key, value and newline.
 */
int target_options_set(struct target_options *o, const char *key, const char *value,
		       struct text *problem);

/*
 * Whether all of it together can be. `qemu_option`: something that was asked for and is of use with
 * QEMU alone, by its name; NULL: nothing was. Returns 0, or -1 with one line in `problem`, without
 * newline.
 */
int target_options_check(const struct target_options *o, bool exact, const char *qemu_option,
			 struct text *problem);

/* The laboratory, or NULL where it is QEMU. */
const struct laboratory *target_options_laboratory(const struct target_options *o);

void target_options_free(struct target_options *o);

/*
 * Sets what `l` does before the machine is switched on: an entry for `mac` in the folder `dir`;
 * commands are owned, each one block, and free those before. Returns 0, or -1 with what is wrong,
 * without newline, in `problem`.
 */
int target_pxe_set(struct laboratory *l, const char *dir, const char *mac, struct text *problem);

/*
 * Sets what `l` has done to the machine of these words, which end with NULL: what ssh reaches it
 * by, and how many seconds it may take to come back, if that is told. Commands are owned, each one
 * block, and free those before. Returns 0, or -1 with what is wrong, without newline, in `problem`.
 */
int target_grub_set(struct laboratory *l, char *const words[], struct text *problem);

#endif
