/* SPDX-License-Identifier: MIT */
/* init's own descriptors and the line that its records leave on. */
#ifndef LULL_CONSOLE_H
#define LULL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Takes the descriptors 0 to 2 that the kernel left closed, so that nothing opened later becomes one of them. */
void console_reserve_descriptors(void);

/* Makes descriptors 0 to 2 the console, or /dev/null where there is none. Returns 0, or -1 with errno for the latter. */
int console_open(void);

/*
 * Leaves to the kernel only what it says in emergencies, panics and oopses among them (syslog(2), console level 2): a
 * message in the middle of a record breaks it, and one during a run costs the experiment 87 microseconds a byte.
 */
void console_quiet(void);

/* Writes all bytes; what cannot be written is lost, as nobody could be told. */
void console_write(const void *bytes, size_t length);
void console_print(const char *string);

/*
 * Waits until what was written has left. tcdrain(3) does not wait for every UART's FIFO, so `settle` adds a moment; not
 * in exact mode, where nothing is slow.
 */
void console_drain(bool settle);

#endif
