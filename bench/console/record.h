/* SPDX-License-Identifier: MIT */
/* Parses a record's payload (wire.h). Pure. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_log_record;

/*
 * Looks up the line "KEY VALUE\n" and copies the value. Returns false if the line is missing, or
 * the value does not fit or holds a NUL.
 */
bool record_value(const struct wire_log_record *record, const char *key, char *value, size_t size);

/* The same for a number of at most `max`. */
bool record_number(const struct wire_log_record *record, const char *key, uint64_t max,
		   uint64_t *number);

/*
 * The same for a percent-encoded value, which is decoded into a new block and followed by a NUL.
 * Returns NULL if it is missing, or out of memory.
 */
char *record_decoded(const struct wire_log_record *record, const char *key, size_t *length);

/*
 * Splits the first line into `count` words, separated by single blanks, in `line`. Returns the
 * bytes after the line, and their number in *length; NULL if the line differs.
 */
const char *record_head(const struct wire_log_record *record, char line[64], const char *words[],
			size_t count, size_t *length);

#endif
