/* SPDX-License-Identifier: MIT */
/* What came from a guest, made harmless for a terminal. */
#ifndef BENCH_ESCAPE_H
#define BENCH_ESCAPE_H

#include "text.h"

/*
 * Appends `length` bytes: printable ASCII as it is, a backslash as `\\`, tab and newline as `\t`
 * and `\n`, any other byte as `\xHH`. What does not fit is left off with `...`; four bytes of `t`
 * stay free, so that a reason can be closed.
 */
void escape_bytes(struct text *t, const void *bytes, size_t length);

#endif
