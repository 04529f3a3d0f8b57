/* SPDX-License-Identifier: MIT */
/*
 * The person's terminal: one line of progress on stderr, or the guest's live console on stdin and
 * stdout.
 */
#ifndef BENCH_TERMINAL_H
#define BENCH_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include "console/console.h"

/* All zero at the start. */
struct relay {
	size_t matched; /* characters of the sentinel seen, and held back */
	bool in_record;
};

/*
 * Takes the records out of the next `length` bytes, from the sentinel to the line's end. `out`
 * holds at least length + 8 bytes. Returns how many it then has; the beginning of what may be a
 * sentinel is held back until it is sure.
 */
size_t relay_filter(struct relay *r, const char *in, size_t length, char *out);

struct terminal {
	bool interactive;
	bool shown;	   /* a line of progress is on the screen */
	bool progress;	   /* stderr is a terminal */
	const char *label; /* in front of the progress; may be empty */
	struct termios before;
	struct relay relay;
};

/* Progress only, and none where stderr is not a terminal. `label` stays the caller's. */
struct terminal terminal_for_progress(const char *label);

/*
 * Makes the terminal raw and says how to leave. Returns 0, or -1 with errno. terminal_restore()
 * undoes it, which does nothing for others.
 */
int terminal_open(struct terminal *t);
void terminal_restore(struct terminal *t);

bool terminal_is_interactive(const struct terminal *t);

/* Shows bytes of the guest's console, if that is wanted, without records. */
void terminal_show(struct terminal *t, const char *bytes, size_t length);

/*
 * What the person typed: the number of bytes, 0 for none; -1 at the key that ends the machine, or
 * when there is no more.
 */
ssize_t terminal_read(struct terminal *t, char *bytes, size_t size);

/* Rewrites the line of progress: the stage and how many seconds it has lasted. */
void terminal_progress(struct terminal *t, enum console_stage stage, double seconds);
void terminal_clear(struct terminal *t);

#endif
