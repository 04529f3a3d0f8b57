/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/wire_log.h"

enum { RECORDS = 6, SESSION = 0x1234 };

/* The records of one boot, one line each, and where each begins. */
static char sent[RECORDS][WIRE_LINE_MAX];
static size_t sent_length[RECORDS];
static size_t text_lines, broken_lines;

static void
see_text(void *context, const char *line, size_t length, bool broken)
{
	(void)context;
	(void)line;
	(void)length;
	text_lines++;
	broken_lines += broken;
}

static int
make_records(void **state)
{
	static const char *const kinds[] = {"hello", "start", "output", "output", "exit"};
	static const char *const payloads[] = {"init 0.1\nboot x\n", "run 1\n", "stdout 1 0\na\xff",
					       "stdout 1 2\nb", "status 0\n"};
	struct wire_encoder e;
	(void)state;

	wire_start(&e, SESSION);
	for (int i = 0; i < RECORDS - 1; i++)
		sent_length[i] =
		    wire_encode(&e, kinds[i], payloads[i], strlen(payloads[i]), sent[i]);
	sent_length[RECORDS - 1] = wire_encode_end(&e, sent[RECORDS - 1]);
	text_lines = broken_lines = 0;
	return 0;
}

static struct wire_log *
open_log(void)
{
	uint64_t session = SESSION;
	struct wire_log *log = wire_log_new(&session, (struct wire_log_calls){.text = see_text});

	assert_non_null(log);
	return log;
}

static void
feed(struct wire_log *log, const char *text)
{
	assert_int_equal(wire_log_feed(log, text, strlen(text)), 0);
}

static void
feed_record(struct wire_log *log, int i)
{
	assert_int_equal(wire_log_feed(log, sent[i], sent_length[i]), 0);
}

static void
feed_all(struct wire_log *log)
{
	for (int i = 0; i < RECORDS; i++)
		feed_record(log, i);
}

static void
whole(void **state)
{
	struct wire_log *log = open_log();
	uint32_t first;
	(void)state;

	for (int i = 0; i < RECORDS; i++) {
		assert_int_equal(wire_log_verdict(log), WIRE_INCOMPLETE);
		feed_record(log, i);
	}
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	assert_true(wire_log_ended(log));
	assert_int_equal(wire_log_bound(log), RECORDS);
	assert_int_equal(wire_log_missing(log, &first), 0);
	assert_string_equal(wire_log_at(log, 4)->kind, "exit");
	assert_memory_equal(wire_log_at(log, 2)->payload, "stdout 1 0\na\xff", 13);
	assert_null(wire_log_at(log, RECORDS));
	wire_log_free(log);
}

static void
between_other_text(void **state)
{
	struct wire_log *log = open_log();
	(void)state;

	for (int i = 0; i < RECORDS; i++) {
		feed(log, "[    1.000000] something of the kernel's\r\n$ a prompt ");
		feed_record(log, i);
	}
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	assert_int_equal(text_lines, RECORDS);
	wire_log_free(log);
}

/*
 * Without any one record, or all from one on, the log is never complete, and the missing record is
 * named.
 */
static void
cut(void **state)
{
	(void)state;
	for (int lost = 0; lost < RECORDS; lost++) {
		struct wire_log *log = open_log();
		uint32_t first = 99;

		for (int i = 0; i < RECORDS; i++)
			if (i != lost)
				feed_record(log, i);
		assert_int_equal(wire_log_verdict(log), WIRE_INCOMPLETE);
		assert_int_equal(wire_log_missing(log, &first), lost < RECORDS - 1);
		assert_int_equal(first, lost < RECORDS - 1 ? lost : 99);
		feed_record(log, lost);
		assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
		wire_log_free(log);
	}
}

/* The last line needs no newline. */
static void
cut_anywhere_in_the_end(void **state)
{
	(void)state;
	for (size_t length = 0; length <= sent_length[RECORDS - 1]; length++) {
		struct wire_log *log = open_log();

		for (int i = 0; i < RECORDS - 1; i++)
			feed_record(log, i);
		assert_int_equal(wire_log_feed(log, sent[RECORDS - 1], length), 0);
		assert_int_equal(wire_log_finish(log), 0);
		assert_int_equal(wire_log_verdict(log), length + 1 >= sent_length[RECORDS - 1]
							    ? WIRE_COMPLETE
							    : WIRE_INCOMPLETE);
		wire_log_free(log);
	}
}

/* Flips every bit of one record. */
static void
corrupted(void **state)
{
	char kept[WIRE_LINE_MAX];
	size_t accepted = 0;
	(void)state;

	memcpy(kept, sent[2], sent_length[2]);
	for (size_t bit = 0; bit < (sent_length[2] - 1) * 8; bit++) {
		struct wire_log *log = open_log();

		sent[2][bit / 8] ^= (char)(1 << bit % 8);
		feed_all(log);
		memcpy(sent[2], kept, sent_length[2]);
		/* Only the case of the check's digits may change. */
		if (wire_log_verdict(log) == WIRE_COMPLETE)
			assert_memory_equal(wire_log_at(log, 2)->payload, "stdout 1 0\na\xff", 13);
		else
			assert_null(wire_log_at(log, 2));
		accepted += wire_log_verdict(log) == WIRE_COMPLETE;
		feed_record(log, 2);
		assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
		wire_log_free(log);
	}
	assert_in_range(accepted, 0, 16);
}

static void
interleaved(void **state)
{
	struct wire_log *log = open_log();
	(void)state;

	for (int i = 0; i < RECORDS; i++) {
		if (i == 3) {
			assert_int_equal(wire_log_feed(log, sent[i], 20), 0);
			feed(log, "[    2.000000] a word of the kernel's\r\n");
			assert_int_equal(wire_log_feed(log, sent[i] + 20, sent_length[i] - 20), 0);
		} else {
			feed_record(log, i);
		}
	}
	assert_int_equal(wire_log_verdict(log), WIRE_INCOMPLETE);
	assert_int_equal(wire_log_counts(log).broken, 1);
	assert_int_equal(broken_lines, 1);
	wire_log_free(log);
}

/* Sends one record of the session with the given sequence number. */
static void
feed_other(struct wire_log *log, uint64_t session, uint32_t sequence, const char *kind,
	   const char *payload)
{
	struct wire_encoder e;
	char line[WIRE_LINE_MAX];

	wire_start(&e, session);
	e.sequence = sequence;
	size_t length = wire_encode(&e, kind, payload, strlen(payload), line);
	assert_int_equal(wire_log_feed(log, line, length), 0);
}

static void
repeated_and_reordered(void **state)
{
	static const int order[] = {5, 3, 3, 1, 0, 4, 2, 5, 0};
	struct wire_log *log = open_log();
	(void)state;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		feed_record(log, order[i]);
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	assert_int_equal(wire_log_counts(log).repeated, 3);
	assert_int_equal(wire_log_counts(log).conflicts, 0);
	wire_log_free(log);

	/* The same for a log with an unknown session, between records of another session. */
	log = wire_log_new(NULL, (struct wire_log_calls){0});
	assert_non_null(log);
	feed_other(log, SESSION + 1, 7, "output", "stdout 1 0\nx");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		feed_record(log, order[i]);
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	assert_int_equal(wire_log_counts(log).repeated, 3);
	assert_int_equal(wire_log_counts(log).conflicts, 0);
	assert_int_equal(wire_log_counts(log).foreign, 1);
	wire_log_free(log);
}

/* Records before the first hello are kept, up to a bound. */
static void
records_without_hello(void **state)
{
	struct wire_log *log = wire_log_new(NULL, (struct wire_log_calls){0});
	(void)state;

	assert_non_null(log);
	for (uint32_t i = 1; i <= 5000; i++)
		feed_other(log, SESSION, i, "output", "stdout 1 0\nx");
	assert_int_equal(wire_log_counts(log).foreign, 5000);
	feed_other(log, SESSION, 0, "hello", "init 0.1\n");
	assert_int_equal(wire_log_counts(log).foreign, 5000 - 4096);
	assert_int_equal(wire_log_counts(log).records, 4097);
	wire_log_free(log);
}

static void
conflicts(void **state)
{
	static const struct {
		uint32_t sequence;
		const char *kind;
		const char *payload;
	} wrong[] = {
	    {3, "output", "stdout 1 2\nc"},
	    {3, "warning", "stdout 1 2\nb"},
	    {RECORDS, "output", "behind the end"},
	    {2, "end", "records 2\n"},
	    {4, "hello", "init 0.1\n"},
	    {WIRE_RECORDS_MAX, "output", "x"},
	    {UINT32_MAX, "output", "x"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct wire_log *log = open_log();

		feed_all(log);
		feed_other(log, SESSION, wrong[i].sequence, wrong[i].kind, wrong[i].payload);
		assert_int_equal(wire_log_counts(log).conflicts, 1);
		assert_int_equal(wire_log_verdict(log), WIRE_CORRUPT);
		wire_log_free(log);
	}
}

/* All records are present and intact, but one was replaced: only the end record shows it. */
static void
another_record_in_its_place(void **state)
{
	struct wire_log *log = open_log();
	(void)state;

	feed_other(log, SESSION, 3, "output", "stdout 1 2\nc");
	for (int i = 0; i < RECORDS; i++)
		if (i != 3)
			feed_record(log, i);
	assert_int_equal(wire_log_counts(log).conflicts, 0);
	assert_int_equal(wire_log_verdict(log), WIRE_CORRUPT);
	wire_log_free(log);
}

static void
resets(void **state)
{
	struct wire_log *log = open_log();
	(void)state;

	feed_record(log, 0);
	feed_record(log, 1);
	feed_other(log, SESSION, 0, "hello", "init 0.1\nboot y\n");
	assert_int_equal(wire_log_counts(log).resets, 1);
	for (int i = 2; i < RECORDS; i++)
		feed_record(log, i);
	assert_int_equal(wire_log_verdict(log), WIRE_CORRUPT);
	wire_log_free(log);

	log = wire_log_new(NULL, (struct wire_log_calls){0});
	assert_non_null(log);
	feed_record(log, 0);
	feed_other(log, SESSION + 1, 0, "hello", "init 0.1\nboot y\n");
	assert_int_equal(wire_log_counts(log).resets, 1);
	wire_log_free(log);
}

static void
sessions(void **state)
{
	struct wire_log *log = open_log();
	(void)state;

	for (uint32_t i = 0; i < 3; i++)
		feed_other(log, SESSION + 1, i, i == 0 ? "hello" : "output", "stdout 1 0\nx");
	assert_int_equal(wire_log_counts(log).foreign, 3);
	assert_int_equal(wire_log_counts(log).resets, 0);
	assert_int_equal(wire_log_bound(log), 0);
	feed_all(log);
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	wire_log_free(log);

	/* If no session is expected, the first hello decides, also for the records before it. */
	log = wire_log_new(NULL, (struct wire_log_calls){0});
	assert_non_null(log);
	feed_record(log, 1);
	assert_int_equal(wire_log_counts(log).foreign, 1);
	feed_all(log);
	assert_int_equal(wire_log_counts(log).foreign, 0);
	assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
	wire_log_free(log);
}

/* The result does not depend on how the bytes are cut, also around lines that are too long. */
static void
pieces_of_any_size(void **state)
{
	static char bytes[3 * WIRE_LOG_LINE_MAX];
	static const size_t before[] = {0, 100, WIRE_LOG_LINE_MAX - 40, WIRE_LOG_LINE_MAX,
					2 * WIRE_LOG_LINE_MAX + 17};
	static const size_t pieces[] = {
	    1, 2, 7, 4096, WIRE_LOG_LINE_MAX - 1, WIRE_LOG_LINE_MAX, sizeof(bytes)};
	(void)state;

	for (size_t b = 0; b < sizeof(before) / sizeof(before[0]); b++) {
		size_t length = before[b];
		memset(bytes, 'x', length);
		for (int i = 0; i < RECORDS; i++) {
			memcpy(bytes + length, sent[i], sent_length[i]);
			length += sent_length[i];
		}
		for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
			struct wire_log *log = open_log();
			for (size_t at = 0; at < length; at += pieces[p])
				assert_int_equal(wire_log_feed(log, bytes + at,
							       length - at < pieces[p] ? length - at
										       : pieces[p]),
						 0);
			assert_int_equal(wire_log_verdict(log), WIRE_COMPLETE);
			wire_log_free(log);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(whole, make_records),
	    cmocka_unit_test_setup(between_other_text, make_records),
	    cmocka_unit_test_setup(cut, make_records),
	    cmocka_unit_test_setup(cut_anywhere_in_the_end, make_records),
	    cmocka_unit_test_setup(corrupted, make_records),
	    cmocka_unit_test_setup(interleaved, make_records),
	    cmocka_unit_test_setup(repeated_and_reordered, make_records),
	    cmocka_unit_test(records_without_hello),
	    cmocka_unit_test_setup(conflicts, make_records),
	    cmocka_unit_test_setup(another_record_in_its_place, make_records),
	    cmocka_unit_test_setup(resets, make_records),
	    cmocka_unit_test_setup(sessions, make_records),
	    cmocka_unit_test_setup(pieces_of_any_size, make_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
