/* SPDX-License-Identifier: MIT */
/*
 * Warnings about doubtful results, collected while boots are read and printed above the table.
 * Nothing here changes a number or a verdict.
 */
#ifndef BENCH_WARNINGS_H
#define BENCH_WARNINGS_H

#include <jansson.h>
#include <stddef.h>

#include "answer/answer.h"

void warnings_start(struct answer *a);

/* Adds a warning of one line. */
__attribute__((format(printf, 2, 3))) void warnings_add(struct answer *a, const char *format, ...);

/* Records the samples of a measure in one boot, in the order in which they came. */
void warnings_samples(struct answer_measure *measure, const struct weighted *values, size_t count);

/* Records the host and the environment from a boot's file of numbers. */
void warnings_boot(struct answer *a, size_t cell, const json_t *boot);

/* Writes all warnings, after the comparison. */
void warnings_finish(struct answer *a);

void warnings_free(struct answer *a);

#endif
