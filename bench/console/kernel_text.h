/* SPDX-License-Identifier: MIT */
/* Lines that the kernel writes to its console, told from what others write there. */
#ifndef BENCH_KERNEL_TEXT_H
#define BENCH_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the line is the kernel's: it begins with a time stamp, `[    0.000000] `, or with "Linux version ". */
bool kernel_text_is(const char *line, size_t length);

/* Whether it begins with a time stamp, as all of a kernel's lines do unless it has none (CONFIG_PRINTK_TIME). */
bool kernel_text_is_stamped(const char *line, size_t length);

/* Whether it is the first line of a kernel, "Linux version ...". */
bool kernel_text_is_version(const char *line, size_t length);

/*
 * The release in the first line of a kernel. A program may print the same line later, so its time stamp must be 0, or
 * missing if lines of this console have none (`stamped` is false). NULL for other lines.
 */
const char *kernel_text_beginning(const char *line, size_t length, bool stamped, size_t *release_length);

/* Whether it is what a kernel says last when it restarts the machine, as it was asked to. */
bool kernel_text_is_restart(const char *line, size_t length);

/*
 * Where "Kernel panic - not syncing: ..." begins: at the line's start or behind its time stamp; in a line with a record
 * cut through by the kernel (`broken`) behind a time stamp anywhere. NULL if the line tells of no panic.
 */
const char *kernel_text_panic(const char *line, size_t length, bool broken);

/* Where the kernel's words begin, behind priority and time stamp; *length is made less. */
const char *kernel_text_words(const char *line, size_t *length);

/* In a line that a kernel message interrupts, the start of its time stamp; NULL if no message does. */
const char *kernel_text_inside(const char *line, size_t length);

/*
 * Who wrote a line of the kernel's log, by its priority: 0 is the kernel, which no program can be
 * (kernel/printk/printk.c devkmsg_write()), -1 if it has no priority.
 */
int kernel_text_facility(const char *line, size_t length);

/* The next line of a log and its length without newline; the log becomes what is behind it. NULL at its end. */
const char *kernel_text_next(const char **log, size_t *length, size_t *line_length);

/* A line of the kernel's log, which begins with its priority, as the console would show it; *length is made less. */
const char *kernel_text_message(const char *line, size_t *length);

#endif
