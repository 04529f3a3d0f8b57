/* SPDX-License-Identifier: MIT */
/* init's descriptors and the line for its records. */
#ifndef LULL_CONSOLE_OUT_H
#define LULL_CONSOLE_OUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Occupies the descriptors 0 to 2 that the kernel left closed, so that no file opened later gets
 * one of them.
 */
void console_reserve_descriptors(void);

/*
 * Opens the console, or /dev/null without one, as descriptors 0 to 2. Returns 0, or -1 with errno
 * for the latter.
 */
int console_open(void);

/*
 * Prepares the line for records, undoing changes by an experiment. Limits the kernel's messages to
 * alerts and emergencies (syslog(2), console level 2, and ignore_loglevel off): a message inside a
 * record breaks it, and one during a run costs the experiment 87 microseconds per byte. Turns off
 * echo. ignore_loglevel is written only if it may be set. Calls `failed` for each setting that
 * cannot be made.
 */
void console_quiet(bool may_be_loud, void (*failed)(const char *what, int error));

/*
 * Restores the line as it was when the kernel started init, for a shell, and discards earlier
 * input.
 */
void console_cook(void);

/* Writes all bytes; errors are ignored, since there is no other channel to report them. */
void console_write(const void *bytes, size_t length);
void console_print(const char *string);

/* The same, with @ written as %40, so that the output contains no record (wire.h). */
void console_write_escaped(const char *bytes, size_t length);

/*
 * Waits until the output is sent. tcdrain(3) does not wait for the FIFO of every UART, so `settle`
 * adds a delay; not needed in exact mode, which has no slow hardware.
 */
void console_drain(bool settle);

#endif
