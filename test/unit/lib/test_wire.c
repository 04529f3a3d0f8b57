/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire.h"

static const uint64_t session = UINT64_C(0x0123456789abcdef);

static void
round_trip(const void *payload, size_t length)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[WIRE_LINE_MAX];

	wire_start(&e, session);
	size_t size = wire_encode(&e, "output", payload, length, line);
	assert_true(size > 0 && size <= sizeof(line));
	assert_int_equal(line[size - 1], '\n');
	for (size_t i = 0; i + 1 < size; i++)
		assert_true(line[i] >= 0x20 && line[i] < 0x7f);
	assert_int_equal(wire_decode(line, size, &record), WIRE_RECORD);
	assert_true(record.session == session);
	assert_int_equal(record.sequence, 0);
	assert_string_equal(record.kind, "output");
	assert_int_equal(record.length, length);
	assert_memory_equal(record.payload, payload, length);
}

static void
any_bytes_of_any_length(void **state)
{
	unsigned char payload[WIRE_PAYLOAD_MAX];
	(void)state;

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (unsigned char)(i * 37 + i / 256);
	for (size_t length = 0; length <= 70; length++)
		round_trip(payload, length);
	round_trip(payload, sizeof(payload));
	memset(payload, 'a', sizeof(payload));
	round_trip(payload, sizeof(payload));
	memset(payload, '%', sizeof(payload)); /* as text it would be three times as long */
	round_trip(payload, sizeof(payload));
	round_trip("@LULL1 in a payload \r\n~", 23);
}

static void
invalid_arguments_are_refused(void **state)
{
	struct wire_encoder e;
	char line[WIRE_LINE_MAX], payload[WIRE_PAYLOAD_MAX + 1] = {0};
	(void)state;

	wire_start(&e, session);
	assert_int_equal(wire_encode(&e, "output", payload, sizeof(payload), line), 0);
	assert_int_equal(wire_encode(&e, "", "", 0, line), 0);
	assert_int_equal(wire_encode(&e, "two words", "", 0, line), 0);
	assert_int_equal(wire_encode(&e, "sixteenletterssx", "", 0, line), 0);
	assert_int_equal(e.sequence, 0);
}

/* A fixed encoding of a record, so that changes of the format are detected. */
static void
format_is_unchanged(void **state)
{
	struct wire_encoder e;
	char line[WIRE_LINE_MAX];
	(void)state;

	wire_start(&e, session);
	size_t size = wire_encode(&e, "start", "run 1\n", 6, line);
	assert_int_equal(size,
			 strlen("@LULL1 0123456789abcdef 0 start t 6 run 1%0a 0d9a83b70ce62f4a\n"));
	assert_memory_equal(line, "@LULL1 0123456789abcdef 0 start t 6 run 1%0a 0d9a83b70ce62f4a\n",
			    size);
	size = wire_encode(&e, "output", "\0\1\2\3", 4, line);
	assert_memory_equal(line, "@LULL1 0123456789abcdef 1 output b 4 AAECAw ", 44);
}

static void
changed_bytes_are_detected(void **state)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[WIRE_LINE_MAX];
	(void)state;

	wire_start(&e, session);
	size_t size = wire_encode(&e, "exit", "run 1\nstatus 0\n", 15, line);
	for (size_t i = 0; i + 1 < size; i++)
		for (int bit = 0; bit < 7; bit++) {
			line[i] ^= (char)(1 << bit);
			if (wire_decode(line, size, &record) ==
			    WIRE_RECORD) /* hexadecimal digits in the other case */
				assert_int_equal(bit, 5);
			line[i] ^= (char)(1 << bit);
		}
	assert_int_equal(wire_decode(line, size, &record), WIRE_RECORD);
}

static void
truncation_is_detected(void **state)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[WIRE_LINE_MAX];
	(void)state;

	wire_start(&e, session);
	size_t size = wire_encode(&e, "exit", "run 1\n", 6, line) - 1;
	for (size_t cut = 0; cut < size; cut++) {
		enum wire_found found = wire_decode(line, cut, &record);
		assert_int_equal(found, cut < strlen(WIRE_SENTINEL) ? WIRE_TEXT : WIRE_BROKEN);
		if (cut > 0)
			assert_int_not_equal(wire_decode(line + cut, size - cut, &record),
					     WIRE_RECORD);
	}
}

static void
foreign_text_before_or_inside(void **state)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[WIRE_LINE_MAX], mixed[2 * WIRE_LINE_MAX];
	(void)state;

	wire_start(&e, session);
	size_t size = wire_encode(&e, "start", "run 1\n", 6, line);
	int length = snprintf(mixed, sizeof(mixed), "bash-5.2# @LULL1 [    1.5] half%.*s\r\n",
			      (int)size - 1, line);
	assert_int_equal(wire_decode(mixed, (size_t)length, &record), WIRE_RECORD);
	length = snprintf(mixed, sizeof(mixed), "%.*s[    1.5] message%s", 20, line, line + 20);
	assert_int_equal(wire_decode(mixed, (size_t)length, &record), WIRE_BROKEN);
	assert_int_equal(wire_decode("[    1.5] message", 17, &record), WIRE_TEXT);
}

static void
end_counts_and_hashes(void **state)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[WIRE_LINE_MAX];
	/* SHA-256 of "abc", the payloads of the two records before the end. */
	static const char expected[] =
	    "records 2\nsha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n";
	(void)state;

	wire_start(&e, session);
	wire_encode(&e, "output", "a", 1, line);
	wire_encode(&e, "output", "bc", 2, line);
	size_t size = wire_encode_end(&e, line);
	assert_int_equal(wire_decode(line, size, &record), WIRE_RECORD);
	assert_string_equal(record.kind, "end");
	assert_int_equal(record.sequence, 2);
	assert_int_equal(record.length, strlen(expected));
	assert_memory_equal(record.payload, expected, record.length);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_bytes_of_any_length),
	    cmocka_unit_test(invalid_arguments_are_refused),
	    cmocka_unit_test(format_is_unchanged),
	    cmocka_unit_test(changed_bytes_are_detected),
	    cmocka_unit_test(truncation_is_detected),
	    cmocka_unit_test(foreign_text_before_or_inside),
	    cmocka_unit_test(end_counts_and_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
