/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line of one boot. Words for the kernel itself are always on the line. The
 * words for init (`lull.KEY=VALUE`, experiment.h) are too if the whole line fits in KERNEL_LINE_MAX
 * bytes; else all of them go to EXPERIMENT_FILE. The kernel does not cut a longer line: it hangs
 * silently.
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
	const char *args; /* the user's kernel arguments; NULL: none */
	uint64_t session;
	uint64_t timeout_s;	/* 0: not sent */
	const char *experiment; /* the name of one in the image; NULL: none */
	char *const *run;	/* argv; NULL: none */
	bool exact;
	unsigned layout; /* layout.h */
	bool in_file;	 /* the words for init go to EXPERIMENT_FILE in any case */
	enum board board;
	bool returns;	/* the machine restarts into its own system, whose boot loader started it */
	unsigned speed; /* of a laboratory machine's line, in bits per second; 0: it is QEMU's */
};

struct kernel_line {
	char *line; /* owned, with NUL */
	char *file; /* owned: the content of EXPERIMENT_FILE; NULL: all words are on the line */
	size_t file_length;
};

/*
 * bench omits one of its words, such as console=ttyS0, panic=-1 or rdinit=/init, if the user's
 * arguments have a word of the same name, or -NAME. QEMU's serial line is put after other consoles,
 * as init gets the last one.
 *
 * Returns NULL, or a message if init's records would not reach the line that bench reads.
 */
const char *kernel_line_console_problem(const char *args, bool is_laboratory);

/*
 * Parses the user's kernel arguments into `e`. Returns -1 with one line in `problem` if they would
 * swallow the words after them (a word `--`, an unclosed quote), set a key to an invalid value, or
 * drop (-NAME) a word that bench does not give.
 */
int kernel_line_check(const char *args, struct experiment *e, struct text *problem);

/* Returns 0, or -1 with errno E2BIG (the user's arguments are too long by themselves) or ENOMEM. */
int kernel_line_make(struct kernel_line *k, const struct kernel_line_request *request);

void kernel_line_free(struct kernel_line *k);

/* A word, NAME or NAME=VALUE, as a part of its line. */
struct kernel_arg {
	const char *text;
	size_t length;
};

/* Looks up the last word with this name. Returns false if it is missing; `args` may be NULL. */
bool kernel_args_find(const char *args, const char *name, struct kernel_arg *arg);

/* The value of a word without its quotes, and its length; empty if the word has no `=`. */
const char *kernel_arg_value(const struct kernel_arg *arg, size_t *length);

#endif
