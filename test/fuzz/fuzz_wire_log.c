/* SPDX-License-Identifier: MIT */
/*
 * Hostile consoles. The input is fed whole and byte by byte, as it is and with its records made good: a line that begins
 * with the sentinel gets the check that an encoder would give it, so that what is behind the check is reached. Both ways of
 * feeding must give the same; only whole records may give a verdict.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"
#include "relay.h"
#include "siphash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static enum outcome
judge(const char *bytes, size_t length, size_t piece, struct wire_log_counts *counts)
{
	struct console console;
	struct result result;
	char buffer[OUTCOME_REASON_MAX];
	struct text reason = text_in(buffer, sizeof(buffer));

	require(console_open(&console, NULL) == 0);
	for (size_t at = 0; at < length; at += piece)
		require(console_feed(&console, bytes + at, length - at < piece ? length - at : piece) == 0);
	require(console_feed(&console, NULL, 0) == 0);
	require(result_read(&result, console.wire) == 0);
	struct evidence evidence = {
	    .console = &console,
	    .result = &result,
	    .verdict = wire_log_verdict(console.wire),
	};
	enum outcome outcome = outcome_judge(&evidence, &reason);
	int status = outcome_status(outcome, &result);
	require(!reason.full && status >= 0 && status <= 128 + 64);
	require(!outcome_is_final(outcome) || evidence.verdict == WIRE_COMPLETE);
	for (size_t i = 0; i < reason.used; i++)
		require(buffer[i] >= 0x20 && buffer[i] <= 0x7e);
	*counts = wire_log_counts(console.wire);
	result_free(&result);
	console_close(&console);
	return outcome;
}

static void
judge_both(const char *bytes, size_t length)
{
	struct wire_log_counts whole, pieces;

	require(judge(bytes, length, length + 1, &whole) == judge(bytes, length, 1, &pieces));
	require(memcmp(&whole, &pieces, sizeof(whole)) == 0);
}

/* Copies the input, with a session and a right check put into each line that begins with the sentinel. */
static size_t
make_good(const uint8_t *data, size_t size, char *out)
{
	static const char session[] = "00000000000000aa ";
	size_t used = 0;

	for (size_t at = 0; at < size;) {
		const uint8_t *newline = memchr(data + at, '\n', size - at);
		size_t length = newline != NULL ? (size_t)(newline - data) - at : size - at;
		size_t start = used;

		if (length > strlen(WIRE_SENTINEL) && memcmp(data + at, WIRE_SENTINEL, strlen(WIRE_SENTINEL)) == 0) {
			struct text t = text_in(out + used, strlen(WIRE_SENTINEL) + strlen(session) + length + 32);
			text_string(&t, WIRE_SENTINEL);
			text_string(&t, session);
			text_bytes(&t, data + at + strlen(WIRE_SENTINEL), length - strlen(WIRE_SENTINEL));
			uint64_t check = siphash(0xaa, 0, out + start, t.used);
			text_char(&t, ' ');
			text_hex(&t, check, 16);
			used += t.used;
		} else {
			memcpy(out + used, data + at, length);
			used += length;
		}
		out[used++] = '\n';
		at += length + 1;
	}
	return used;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct relay relay = {0};
	/* A line that is made good, of 8 bytes at least, grows by fewer than 64. */
	char *good = malloc(size * 9 + 64);
	char *relayed = malloc(size + 8);

	require(good != NULL && relayed != NULL);
	judge_both((const char *)data, size);
	judge_both(good, make_good(data, size, good));
	require(relay_filter(&relay, (const char *)data, size, relayed) <= size + 8);
	free(good);
	free(relayed);
	return 0;
}
