/* SPDX-License-Identifier: MIT */
/* What a boot gave, for people and pipes. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include "console/outcome.h"
#include "console/result.h"

/*
 * Writes the experiment's stdout and stderr, byte for byte, to bench's own. Returns 0, or -1 after
 * telling on stderr what could not be written.
 */
int report_text_output(const struct result *result);

/* Tells warnings and strays on stderr, one a line, escaped. */
void report_text_remarks(const struct result *result);

/*
 * Tells on stderr, below the reason, up to three of the lines that told of the outcome, escaped and
 * indented: the first of what a kernel said of its trouble, else the last; none that says what the
 * reason says.
 */
void report_text_lines(enum outcome outcome, const char *reason, const struct outcome_line *lines,
		       size_t count);

#endif
