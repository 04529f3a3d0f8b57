/* SPDX-License-Identifier: MIT */
/* Lines that the kernel writes to its console, told from what others write there. */
#ifndef BENCH_KERNEL_TEXT_H
#define BENCH_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the line is the kernel's: it begins with a time stamp, `[    0.000000] `, or with "Linux version ". */
bool kernel_text_is(const char *line, size_t length);

/* Whether it is the first line of a kernel, "Linux version ...". */
bool kernel_text_is_version(const char *line, size_t length);

/* Whether it is what a kernel says last when it restarts the machine, as it was asked to. */
bool kernel_text_is_restart(const char *line, size_t length);

/*
 * Where "Kernel panic - not syncing: ..." begins: at the line's start or behind its time stamp; in a line with a record
 * cut through by the kernel (`broken`) behind a time stamp anywhere. NULL if the line tells of no panic.
 */
const char *kernel_text_panic(const char *line, size_t length, bool broken);

/* A line of the kernel's log, which begins with its priority, as the console would show it; *length is made less. */
const char *kernel_text_message(const char *line, size_t *length);

#endif
