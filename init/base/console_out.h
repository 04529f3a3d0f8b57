/* SPDX-License-Identifier: MIT */
/* init's own descriptors and the line that its records leave on. */
#ifndef LULL_CONSOLE_H
#define LULL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes the descriptors 0 to 2 that the kernel left closed, so that nothing opened later becomes
 * one of them.
 */
void console_reserve_descriptors(void);

/*
 * Makes descriptors 0 to 2 the console, or /dev/null where there is none. Returns 0, or -1 with
 * errno for the latter.
 */
int console_open(void);

/*
 * Prepares the line for records, undoing changes by an experiment. Limits the kernel to alerts and
 * emergencies (syslog(2), console level 2, and ignore_loglevel off): a message in the middle of a
 * record breaks it, and one during a run costs the experiment 87 microseconds a byte. Turns off
 * echo. ignore_loglevel is written only if it may have been set. Calls `failed` for each setting
 * that could not be made.
 */
void console_quiet(bool may_be_loud, void (*failed)(const char *what, int error));

/*
 * Makes the line as it was when the kernel started init, for a shell, and forgets what was typed
 * before.
 */
void console_cook(void);

/* Writes all bytes; what cannot be written is lost, as nobody could be told. */
void console_write(const void *bytes, size_t length);
void console_print(const char *string);

/*
 * The same so that nothing in it can be a record, whose sentinel begins with @ (wire.h): that is
 * written as %40.
 */
void console_write_escaped(const char *bytes, size_t length);

/*
 * Waits until what was written has left. tcdrain(3) does not wait for every UART's FIFO, so
 * `settle` adds a moment; not in exact mode, where nothing is slow.
 */
void console_drain(bool settle);

#endif
