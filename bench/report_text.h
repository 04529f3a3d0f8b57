/* SPDX-License-Identifier: MIT */
/* What a boot gave, for people and pipes. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include "outcome.h"
#include "result.h"

/*
 * Writes the experiment's stdout and stderr, byte for byte, to bench's own. Returns 0, or -1 after telling on stderr what
 * could not be written.
 */
int report_text_output(const struct result *result);

/* Tells warnings and strays on stderr, one a line, escaped. */
void report_text_remarks(const struct result *result);

#endif
