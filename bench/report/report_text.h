/* SPDX-License-Identifier: MIT */
/* Prints a boot's result for people and pipes. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include "console/outcome.h"
#include "console/result.h"

/*
 * Writes the experiment's stdout and stderr, byte for byte, to bench's own, and its numbers to
 * stdout: as they came, or, if a name has several, a table with a row for each name. `kind` is that
 * of numbers_kind(). Returns 0, or -1 after a message on stderr.
 */
int report_text_output(const struct result *result, const char *kind);

/* Prints warnings and left-over processes on stderr, one per line, escaped. */
void report_text_remarks(const struct result *result);

/*
 * Prints up to three of the lines that explain the outcome on stderr, escaped and indented: for
 * trouble the kernel's first ones, else the last. Omits lines that repeat the reason.
 */
void report_text_lines(enum outcome outcome, const char *reason, const struct outcome_line *lines,
		       size_t count);

#endif
