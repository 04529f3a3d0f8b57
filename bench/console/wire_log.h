/* SPDX-License-Identifier: MIT */
/*
 * The reader of the wire protocol (wire.h). It takes a console's bytes in pieces of any size and
 * keeps the records by sequence number. The result does not depend on how the bytes are cut.
 *
 * - A newline ends a line. In a line longer than WIRE_LOG_LINE_MAX only the end can hold a record.
 * - Records of another session are counted and ignored. If no session is expected, the first
 * `hello` sets it; among the first 4096 records before it, those of its session are then added.
 * - A record that came before is counted as repeated if it is the same, and as a conflict if not.
 * - A second, different `hello` before the end means that the machine restarted.
 * - Nothing is final until the `end` record has come, all records before it are present, and their
 * SHA-256 matches.
 */
#ifndef LULL_WIRE_LOG_H
#define LULL_WIRE_LOG_H

#include <stdbool.h>

#include "wire.h"

enum {
	WIRE_LOG_LINE_MAX = 64 * 1024,
	WIRE_RECORDS_MAX = 1 << 22,
};

enum wire_verdict {
	WIRE_INCOMPLETE, /* no end record, or a record before it is missing */
	WIRE_CORRUPT,	 /* records contradict each other or the end record */
	WIRE_COMPLETE,
};

struct wire_log_counts {
	uint64_t records;   /* kept */
	uint64_t broken;    /* lines with a sentinel that are not a record */
	uint64_t foreign;   /* records of another session, or while no session was known */
	uint64_t repeated;  /* records that had been kept before */
	uint64_t conflicts; /* records that contradict a kept one, or have an impossible sequence
			       number */
	uint64_t resets;
};

struct wire_log_record {
	char kind[WIRE_KIND_MAX + 1];
	uint32_t length;
	unsigned char payload[];
};

/* Callbacks of the reader; each may be NULL. Their data is valid until they return. */
struct wire_log_calls {
	/* A line that is not a record, without its line end; `broken`: it has a sentinel. */
	void (*text)(void *context, const char *line, size_t length, bool broken);
	/* A record was kept. */
	void (*record)(void *context, const struct wire_log_record *record);
	void *context;
};

struct wire_log;

/*
 * `session`: the expected session, or NULL. Returns NULL with errno ENOMEM; to be freed by
 * wire_log_free().
 */
struct wire_log *wire_log_new(const uint64_t *session, struct wire_log_calls calls);
void wire_log_free(struct wire_log *log);

/* Reads more bytes. Returns 0, or -1 with errno ENOMEM; the log is unusable after that. */
int wire_log_feed(struct wire_log *log, const void *bytes, size_t length);

/* Reads a last line without a newline, at the end of input. Returns as wire_log_feed(). */
int wire_log_finish(struct wire_log *log);

enum wire_verdict wire_log_verdict(struct wire_log *log);
struct wire_log_counts wire_log_counts(const struct wire_log *log);

/* Whether the end record has come; other records may be missing. */
bool wire_log_ended(const struct wire_log *log);

/* One more than the highest sequence number kept: the bound for wire_log_at(). */
uint32_t wire_log_bound(const struct wire_log *log);

/* The record with this sequence number, owned by the log; NULL if it has not come. */
const struct wire_log_record *wire_log_at(const struct wire_log *log, uint32_t sequence);

/*
 * The number of records missing before the highest kept; *first is the first missing one, if any.
 */
uint32_t wire_log_missing(const struct wire_log *log, uint32_t *first);

#endif
