/* SPDX-License-Identifier: MIT */
/*
 * What makes a study's answer doubtful, found while its boots are read and said above the table.
 * Nothing here changes a number or a verdict.
 */
#ifndef BENCH_WARNINGS_H
#define BENCH_WARNINGS_H

#include <jansson.h>
#include <stddef.h>

#include "answer/answer.h"

void warnings_start(struct answer *a);

/* Notes the samples of a measure in one boot, in the order in which they came. */
void warnings_samples(struct answer_measure *measure, const struct weighted *values, size_t count);

/* Notes what the file of a boot's numbers says of its host and its environment. */
void warnings_boot(struct answer *a, size_t cell, const json_t *boot);

/* Writes all warnings, after the comparison. */
void warnings_finish(struct answer *a);

void warnings_end(struct answer *a);

#endif
