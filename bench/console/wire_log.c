/* SPDX-License-Identifier: MIT */
#include "console/wire_log.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { EARLY_MAX = 4096 };

enum digest_state { DIGEST_UNKNOWN, DIGEST_AGREES, DIGEST_DIFFERS };

/* A record from before the session was known. */
struct early {
	struct early *next;
	struct wire_record record;
};

struct wire_log {
	struct wire_log_calls calls;
	struct early *early, **early_end; /* in order of arrival */
	size_t early_count;
	bool has_session;
	bool adopted;
	uint64_t session;
	struct wire_log_record **kept; /* by sequence number; NULL: has not come */
	size_t slots;
	uint32_t bound;
	bool ended;
	uint32_t end;
	enum digest_state digest;
	struct wire_log_counts counts;
	size_t used;
	char line[WIRE_LOG_LINE_MAX];
};

struct wire_log *
wire_log_new(const uint64_t *session, struct wire_log_calls calls)
{
	struct wire_log *log = malloc(sizeof(*log));

	if (log == NULL)
		return NULL;
	/* All except the line, which is written before it is read. */
	memset(log, 0, offsetof(struct wire_log, line));
	log->calls = calls;
	log->early_end = &log->early;
	if (session != NULL) {
		log->has_session = true;
		log->session = *session;
	}
	return log;
}

static void
free_early(struct wire_log *log)
{
	while (log->early != NULL) {
		struct early *next = log->early->next;
		free(log->early);
		log->early = next;
	}
	log->early_end = &log->early;
}

void
wire_log_free(struct wire_log *log)
{
	if (log == NULL)
		return;
	free_early(log);
	for (uint32_t i = 0; i < log->bound; i++)
		free(log->kept[i]);
	free(log->kept);
	free(log);
}

static bool
is_kind(const struct wire_log_record *record, const char *kind)
{
	return strcmp(record->kind, kind) == 0;
}

static int
make_room(struct wire_log *log, uint32_t sequence)
{
	size_t slots = log->slots == 0 ? 64 : log->slots;

	if (sequence < log->slots)
		return 0;
	while (slots <= sequence)
		slots *= 2;
	struct wire_log_record **kept = realloc(log->kept, slots * sizeof(*kept));
	if (kept == NULL)
		return -1;
	memset(kept + log->slots, 0, (slots - log->slots) * sizeof(*kept));
	log->kept = kept;
	log->slots = slots;
	return 0;
}

static bool
is_same_record(const struct wire_log_record *kept, const struct wire_record *record)
{
	return is_kind(kept, record->kind) && kept->length == record->length &&
	       memcmp(kept->payload, record->payload, record->length) == 0;
}

/*
 * Whether the sequence number is impossible: above the log's bound, after its end, or that of an
 * end before a kept record.
 */
static bool
is_misplaced(const struct wire_log *log, const struct wire_record *record)
{
	bool is_end = strcmp(record->kind, "end") == 0;

	return record->sequence >= WIRE_RECORDS_MAX ||
	       (log->ended && record->sequence > log->end) ||
	       (is_end && record->sequence < log->bound);
}

static int
keep_record(struct wire_log *log, const struct wire_record *record)
{
	struct wire_log_record *kept = malloc(sizeof(*kept) + record->length);

	if (kept == NULL)
		return -1;
	if (make_room(log, record->sequence) != 0) {
		free(kept);
		return -1;
	}
	memcpy(kept->kind, record->kind, sizeof(kept->kind));
	kept->length = (uint32_t)record->length;
	memcpy(kept->payload, record->payload, record->length);
	log->kept[record->sequence] = kept;
	log->counts.records++;
	if (record->sequence >= log->bound)
		log->bound = record->sequence + 1;
	if (is_kind(kept, "end")) {
		log->ended = true;
		log->end = record->sequence;
	}
	if (log->calls.record != NULL)
		log->calls.record(log->calls.context, kept);
	return 0;
}

/* Lines may arrive out of order: a record before the hello may be of its session. */
static int
keep_early(struct wire_log *log, const struct wire_record *record)
{
	struct early *early = log->early_count < EARLY_MAX ? malloc(sizeof(*early)) : NULL;

	if (early == NULL)
		return log->early_count < EARLY_MAX ? -1 : 0;
	*early = (struct early){.record = *record};
	*log->early_end = early;
	log->early_end = &early->next;
	log->early_count++;
	return 0;
}

static int handle_of_session(struct wire_log *log, const struct wire_record *record);

/*
 * The first hello sets the session if none is expected, and then the earlier records of that
 * session are added.
 */
static int
adopt_session(struct wire_log *log, const struct wire_record *hello)
{
	int result = 0;

	log->session = hello->session;
	log->has_session = log->adopted = true;
	for (const struct early *early = log->early; early != NULL && result == 0;
	     early = early->next)
		if (early->record.session == log->session) {
			log->counts.foreign--;
			result = handle_of_session(log, &early->record);
		}
	free_early(log);
	return result;
}

static int
handle_record(struct wire_log *log, const struct wire_record *record)
{
	bool is_hello = strcmp(record->kind, "hello") == 0;

	if (!log->has_session &&
	    (is_hello ? adopt_session(log, record) : keep_early(log, record)) != 0)
		return -1;
	if (!log->has_session || record->session != log->session) {
		/* Without bench, init makes up a session at each start. */
		if (log->adopted && is_hello && !log->ended)
			log->counts.resets++;
		log->counts.foreign++;
		return 0;
	}
	return handle_of_session(log, record);
}

static int
handle_of_session(struct wire_log *log, const struct wire_record *record)
{
	bool is_hello = strcmp(record->kind, "hello") == 0;

	if (record->sequence < log->bound && log->kept[record->sequence] != NULL) {
		if (is_same_record(log->kept[record->sequence], record))
			log->counts.repeated++;
		else if (is_hello && !log->ended)
			log->counts.resets++;
		else
			log->counts.conflicts++;
		return 0;
	}
	if (is_misplaced(log, record) || is_hello != (record->sequence == 0)) {
		log->counts.conflicts++;
		return 0;
	}
	return keep_record(log, record);
}

static int
handle_line(struct wire_log *log, size_t length)
{
	struct wire_record record;
	enum wire_found found = wire_decode(log->line, length, &record);

	if (found == WIRE_RECORD)
		return handle_record(log, &record);
	if (found == WIRE_BROKEN)
		log->counts.broken++;
	while (length > 0 && log->line[length - 1] == '\r')
		length--;
	if (log->calls.text != NULL)
		log->calls.text(log->calls.context, log->line, length, found == WIRE_BROKEN);
	return 0;
}

/*
 * Shortens a line that is too long: its beginning is passed on as text, and its end may still hold
 * a complete record.
 */
static void
shorten_line(struct wire_log *log)
{
	size_t given = sizeof(log->line) - WIRE_LINE_MAX;

	if (log->calls.text != NULL)
		log->calls.text(log->calls.context, log->line, given, false);
	memmove(log->line, log->line + given, WIRE_LINE_MAX);
	log->used = WIRE_LINE_MAX;
}

int
wire_log_feed(struct wire_log *log, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		const char *newline = memchr(at, '\n', length);
		size_t piece = newline != NULL ? (size_t)(newline - at) : length;
		size_t room = sizeof(log->line) - log->used;

		if (piece > room) {
			piece = room;
			newline = NULL;
		}
		memcpy(log->line + log->used, at, piece);
		log->used += piece;
		at += piece;
		length -= piece;
		if (newline != NULL) {
			size_t used = log->used;
			at++;
			length--;
			log->used = 0;
			if (handle_line(log, used) != 0)
				return -1;
		} else if (length > 0) {
			shorten_line(log);
		}
	}
	return 0;
}

int
wire_log_finish(struct wire_log *log)
{
	size_t used = log->used;

	log->used = 0;
	return used > 0 ? handle_line(log, used) : 0;
}

/* Whether the end record equals, to the byte, the one that an encoder of these records writes. */
static bool
end_agrees(const struct wire_log *log)
{
	const struct wire_log_record *end = log->kept[log->end];
	struct wire_encoder encoder;
	struct wire_record expected;
	char line[WIRE_LINE_MAX];

	wire_start(&encoder, log->session);
	encoder.sequence = log->end;
	for (uint32_t i = 0; i < log->end; i++)
		sha256_add(&encoder.digest, log->kept[i]->payload, log->kept[i]->length);
	size_t length = wire_encode_end(&encoder, line);
	return wire_decode(line, length, &expected) == WIRE_RECORD &&
	       is_same_record(end, &expected);
}

enum wire_verdict
wire_log_verdict(struct wire_log *log)
{
	if (log->counts.conflicts > 0 || log->counts.resets > 0)
		return WIRE_CORRUPT;
	if (!log->ended || log->counts.records != (uint64_t)log->end + 1)
		return WIRE_INCOMPLETE;
	if (log->digest == DIGEST_UNKNOWN)
		log->digest = end_agrees(log) ? DIGEST_AGREES : DIGEST_DIFFERS;
	return log->digest == DIGEST_AGREES ? WIRE_COMPLETE : WIRE_CORRUPT;
}

struct wire_log_counts
wire_log_counts(const struct wire_log *log)
{
	return log->counts;
}

bool
wire_log_ended(const struct wire_log *log)
{
	return log->ended;
}

uint32_t
wire_log_bound(const struct wire_log *log)
{
	return log->bound;
}

const struct wire_log_record *
wire_log_at(const struct wire_log *log, uint32_t sequence)
{
	return sequence < log->bound ? log->kept[sequence] : NULL;
}

uint32_t
wire_log_missing(const struct wire_log *log, uint32_t *first)
{
	uint32_t missing = (uint32_t)(log->bound - log->counts.records);

	for (uint32_t i = 0; missing > 0 && i < log->bound; i++)
		if (log->kept[i] == NULL) {
			*first = i;
			break;
		}
	return missing;
}
