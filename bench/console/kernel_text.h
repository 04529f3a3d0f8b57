/* SPDX-License-Identifier: MIT */
/* Distinguishes lines of the kernel from other output on the console. */
#ifndef BENCH_KERNEL_TEXT_H
#define BENCH_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the line is the kernel's: it begins with a time stamp, `[    0.000000] `, or with "Linux
 * version ".
 */
bool kernel_text_is(const char *line, size_t length);

/*
 * Whether it begins with a time stamp, as all of a kernel's lines do unless it has none
 * (CONFIG_PRINTK_TIME).
 */
bool kernel_text_is_stamped(const char *line, size_t length);

/* Whether it is the first line of a kernel, "Linux version ...". */
bool kernel_text_is_version(const char *line, size_t length);

/*
 * The release in the first line of a kernel. A program may print the same line later, so its time
 * stamp must be 0, or missing if lines of this console have none (`stamped` is false). NULL for
 * other lines.
 */
const char *kernel_text_beginning(const char *line, size_t length, bool stamped,
				  size_t *release_length);

/* Whether it is what a kernel says last when it restarts the machine, as it was asked to. */
bool kernel_text_is_restart(const char *line, size_t length);

/*
 * Where "Kernel panic - not syncing: ..." begins: at the line's start or behind its time stamp; in
 * a line with a record cut through by the kernel (`broken`) behind a time stamp anywhere. NULL if
 * the line tells of no panic.
 */
const char *kernel_text_panic(const char *line, size_t length, bool broken);

/*
 * Who wrote a line of the kernel's log, by its priority: 0 is the kernel, which no program can be
 * (kernel/printk/printk.c devkmsg_write()), -1 if it has no priority.
 */
int kernel_text_facility(const char *line, size_t length);

/*
 * The next line of a log and its length without newline; the log becomes what is behind it. NULL at
 * its end.
 */
const char *kernel_text_next(const char **log, size_t *length, size_t *line_length);

/*
 * A line of the kernel's log, which begins with its priority, as the console would show it; *length
 * is made less.
 */
const char *kernel_text_message(const char *line, size_t *length);

/* The worse the later. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_WARNING,
	TROUBLE_LOCKUP, /* a CPU, task or queue of work that did not get on for long */
	TROUBLE_OOPS,	/* or BUG, a page in a bad state, a machine check */
};

/* The worst that the flags tell of. */
enum trouble trouble_of_taint(uint64_t taint);

/* The trouble that a message of the kernel reports. Priority and time stamp may be missing. */
enum trouble trouble_of_line(const char *line, size_t length);

/* The worst trouble that the kernel itself reports in a log whose lines have priorities. */
enum trouble trouble_of_log(const char *log, size_t length);

/* Whether a line behind such a message tells where in the kernel it happened. */
bool trouble_tells_where(const char *line, size_t length);

/*
 * The first kernel message of a log that reports this trouble, and its length, or NULL. Skips
 * messages of programs.
 */
const char *trouble_find(const char *log, size_t length, enum trouble trouble, size_t *line_length);

#endif
