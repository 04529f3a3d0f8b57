/* SPDX-License-Identifier: MIT */
/*
 * A kernel in trouble that goes on: what it says of itself by its taint
 * (Documentation/admin-guide/tainted-kernels.rst), and the messages in which it says so.
 */
#ifndef BENCH_TROUBLE_H
#define BENCH_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* The first kernel message of a log that reports this trouble, and its length, or NULL. Skips messages of programs. */
const char *trouble_find(const char *log, size_t length, enum trouble trouble, size_t *line_length);

#endif
