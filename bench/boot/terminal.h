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
	size_t matched; /* characters of the sentinel that were seen and held back */
	bool in_record;
};

/*
 * Removes the records, from the sentinel to the end of the line, from the next `length` bytes.
 * `out` holds at least length + 8 bytes. Returns the number of bytes in it. Bytes that may begin a
 * sentinel are held back until that is decided.
 */
size_t relay_filter(struct relay *r, const char *in, size_t length, char *out);

struct terminal {
	bool interactive;
	bool shown;	   /* a line of progress is on the screen */
	bool progress;	   /* stderr is a terminal */
	const char *label; /* printed before the progress; may be empty */
	struct termios before;
	struct relay relay;
};

/* For progress only; prints nothing if stderr is not a terminal. `label` stays the caller's. */
struct terminal terminal_for_progress(const char *label);

/*
 * Makes the terminal raw and prints how to leave. Returns 0, or -1 with errno. terminal_restore()
 * undoes it; on a terminal that was not opened it does nothing.
 */
int terminal_open(struct terminal *t);
void terminal_restore(struct terminal *t);

bool terminal_is_interactive(const struct terminal *t);

/* Prints bytes of the guest's console without records, if a person is at the console. */
void terminal_show(struct terminal *t, const char *bytes, size_t length);

/*
 * Reads the person's input. Returns the number of bytes, 0 for none, -1 at the key that ends the
 * machine or at the end of the input.
 */
ssize_t terminal_read(struct terminal *t, char *bytes, size_t size);

/* Rewrites the line of progress: the stage and the seconds since it began. */
void terminal_progress(struct terminal *t, enum console_stage stage, double seconds);
void terminal_clear(struct terminal *t);

#endif
