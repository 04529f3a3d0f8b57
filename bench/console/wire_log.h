/* SPDX-License-Identifier: MIT */
/*
 * The reader's side of the wire (wire.h): bytes of a console go in, in pieces of any size, and
 * records come out, kept by their sequence. The same bytes give the same result however they are
 * cut.
 *
 * - A line is ended by a newline. Of a line longer than WIRE_LOG_LINE_MAX only the end can still
 * hold a record.
 * - Records of another session are counted and left. Where no session is expected, the first
 * `hello` sets it; of the first 4096 records before that, those of its session are taken then.
 * - A record that has come before is counted if it is the same, and a contradiction if it is not.
 * - A `hello` other than the one kept, before the end, says that the machine started anew.
 * - Nothing is final before the `end` record has come, all records before it are there, and their
 * SHA-256 agrees.
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
	WIRE_INCOMPLETE, /* no end record, or records before it are missing */
	WIRE_CORRUPT,	 /* what came contradicts itself or the end record */
	WIRE_COMPLETE,
};

struct wire_log_counts {
	uint64_t records;   /* kept */
	uint64_t broken;    /* lines with a sentinel that are no record */
	uint64_t foreign;   /* records of another session, or of none that is known */
	uint64_t repeated;  /* records that had come before */
	uint64_t conflicts; /* records that contradict one kept, or cannot stand where they say */
	uint64_t resets;
};

struct wire_log_record {
	char kind[WIRE_KIND_MAX + 1];
	uint32_t length;
	unsigned char payload[];
};

/*
 * What to call while bytes are read; each may be NULL. The bytes given are good until the call
 * returns.
 */
struct wire_log_calls {
	/* A line that is not a record, without its line end; `broken`: there is a sentinel in it.
	 */
	void (*text)(void *context, const char *line, size_t length, bool broken);
	/* A record was kept. */
	void (*record)(void *context, const struct wire_log_record *record);
	void *context;
};

struct wire_log;

/*
 * `session`: the one to expect, or NULL. Returns NULL with errno ENOMEM; to be freed by
 * wire_log_free().
 */
struct wire_log *wire_log_new(const uint64_t *session, struct wire_log_calls calls);
void wire_log_free(struct wire_log *log);

/*
 * Reads more bytes. Returns 0, or -1 with errno ENOMEM; the log is then not to be trusted any more.
 */
int wire_log_feed(struct wire_log *log, const void *bytes, size_t length);

/* No more bytes come: reads a last line without a newline. As wire_log_feed(). */
int wire_log_finish(struct wire_log *log);

enum wire_verdict wire_log_verdict(struct wire_log *log);
struct wire_log_counts wire_log_counts(const struct wire_log *log);

/* Whether the end record has come; the other records may still be missing. */
bool wire_log_ended(const struct wire_log *log);

/* One more than the highest sequence kept: the bound for wire_log_at(). */
uint32_t wire_log_bound(const struct wire_log *log);

/* The record with this sequence, the log's own; NULL if it has not come. */
const struct wire_log_record *wire_log_at(const struct wire_log *log, uint32_t sequence);

/*
 * How many records are missing before the highest kept; *first is the first of them where there are
 * any.
 */
uint32_t wire_log_missing(const struct wire_log *log, uint32_t *first);

#endif
