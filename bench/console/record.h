/* SPDX-License-Identifier: MIT */
/* Fields of a record's payload, by the rules of wire.h. Pure. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_log_record;

/*
 * Finds the line "KEY VALUE\n" and copies the value; false where there is none or it does not fit
 * or holds a NUL.
 */
bool record_value(const struct wire_log_record *record, const char *key, char *value, size_t size);

/* The same for a number of at most `max`. */
bool record_number(const struct wire_log_record *record, const char *key, uint64_t max,
		   uint64_t *number);

/*
 * The same for a percent-encoded value, in a new block with a NUL behind; NULL where there is none,
 * or no memory.
 */
char *record_decoded(const struct wire_log_record *record, const char *key, size_t *length);

/*
 * The first line as `count` words with one blank between them, in `line`; returns the bytes behind
 * it, and in *length their number; NULL if it is not so.
 */
const char *record_head(const struct wire_log_record *record, char line[64], const char *words[],
			size_t count, size_t *length);

#endif
