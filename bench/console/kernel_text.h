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
 * Whether it begins with a time stamp, as all lines of a kernel do unless time stamps are off
 * (CONFIG_PRINTK_TIME).
 */
bool kernel_text_is_stamped(const char *line, size_t length);

/* Whether it is the first line of a kernel, "Linux version ...". */
bool kernel_text_is_version(const char *line, size_t length);

/*
 * The release in the first line of a kernel; NULL for other lines. A program may print the same
 * line later, so its time stamp must be 0, or missing if the console's lines have none (`stamped`
 * is false).
 */
const char *kernel_text_beginning(const char *line, size_t length, bool stamped,
				  size_t *release_length);

/* Whether it is the last message of a kernel that restarts the machine, as it was asked to. */
bool kernel_text_is_restart(const char *line, size_t length);

/*
 * The start of "Kernel panic - not syncing: ..." at the line's start or after its time stamp; in a
 * record that a kernel message interrupted (`broken`), after any time stamp. NULL if the line has
 * none.
 */
const char *kernel_text_panic(const char *line, size_t length, bool broken);

/*
 * The facility in the priority of a line of the kernel's log: 0 is the kernel, which no program can
 * be (kernel/printk/printk.c devkmsg_write()); -1 if there is no priority.
 */
int kernel_text_facility(const char *line, size_t length);

/*
 * Returns the next line of a log and its length without newline, and moves the log past it. NULL at
 * the end.
 */
const char *kernel_text_next(const char **log, size_t *length, size_t *line_length);

/* Skips the priority of a line of the kernel's log, as the console does; reduces *length. */
const char *kernel_text_message(const char *line, size_t *length);

/* In order of severity. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_WARNING,
	TROUBLE_LOCKUP, /* a CPU, task or workqueue was stuck for long */
	TROUBLE_OOPS,	/* or BUG, a page in a bad state, a machine check */
};

/* The worst trouble that the flags report. */
enum trouble trouble_of_taint(uint64_t taint);

/* The trouble that a message of the kernel reports. Priority and time stamp may be missing. */
enum trouble trouble_of_line(const char *line, size_t length);

/* The worst trouble that the kernel itself reports in a log whose lines have priorities. */
enum trouble trouble_of_log(const char *log, size_t length);

/* Whether a line after such a message reports the place in the kernel's code. */
bool trouble_tells_where(const char *line, size_t length);

/*
 * The first kernel message of a log that reports this trouble, and its length; NULL if none. Skips
 * messages of programs.
 */
const char *trouble_find(const char *log, size_t length, enum trouble trouble, size_t *line_length);

#endif
