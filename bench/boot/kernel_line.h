/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line of one boot. What the kernel itself must know always stands on it; the
 * words for init
 * (`lull.KEY=VALUE`, experiment.h) do while all of it fits in KERNEL_LINE_MAX bytes, else all of
 * them go to EXPERIMENT_FILE. A longer line is not cut by the kernel: it hangs without a word.
 */
#ifndef BENCH_KERNEL_LINE_H
#define BENCH_KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment.h"
#include "target/machine.h"
#include "text.h"

enum { KERNEL_LINE_MAX = 2047 };

struct kernel_line_request {
	const char *args; /* the user's kernel arguments, or NULL */
	uint64_t session;
	uint64_t timeout_s;	/* 0: none */
	const char *experiment; /* the name of one in the image, or NULL */
	char *const *run;	/* argv, or NULL */
	bool exact;
	enum board board;
	bool returns; /* the machine restarts into a system of its own, by whose boot loader it was
			 started */
	unsigned
	    speed; /* of the line of a machine in a laboratory, in bits a second; 0: it is QEMU's */
};

struct kernel_line {
	char *line; /* owned, with NUL */
	char *file; /* owned: the content of EXPERIMENT_FILE; NULL if all stands on the line */
	size_t file_length;
};

/*
 * Words of bench's own, as console=ttyS0, panic=-1 and rdinit=/init, are left out where the user's
 * arguments have a word of the same name, or -NAME. QEMU's serial line is put behind other
 * consoles, as the kernel gives init the last one.
 *
 * Returns NULL, or what keeps init's records from the line that bench reads.
 */
const char *kernel_line_console_problem(const char *args, bool is_laboratory);

/*
 * Reads the user's kernel arguments into `e`. Returns -1 with one line in `problem` where they
 * would swallow what is put behind them (a word `--`, a quote left open), set a key to what it
 * cannot be, or drop (-NAME) what bench does not give.
 */
int kernel_line_check(const char *args, struct experiment *e, struct text *problem);

/* Returns 0, or -1 with errno E2BIG (the user's arguments alone are too long) or ENOMEM. */
int kernel_line_make(struct kernel_line *k, const struct kernel_line_request *request);

void kernel_line_free(struct kernel_line *k);

/* A word: NAME or NAME=VALUE, in the line that it was read from. */
struct kernel_arg {
	const char *text;
	size_t length;
};

/* Finds the last word with this name. Returns false if it is missing; `args` may be NULL. */
bool kernel_args_find(const char *args, const char *name, struct kernel_arg *arg);

/*
 * The value of a word without its quotes, and its length; an empty one where the word has no `=`.
 */
const char *kernel_arg_value(const struct kernel_arg *arg, size_t *length);

#endif
