/* SPDX-License-Identifier: MIT */
/*
 * Hostile consoles. The input is fed whole and byte by byte, in three forms: unchanged; with a
 * correct check in each line that begins with the sentinel; and as lines "KIND PAYLOAD" that an
 * encoder writes, after a hello and before the end. Both ways of feeding must give the same result.
 * Only complete records may give a verdict, and encoded ones must. For an input that begins with a
 * byte of value 1, a line of almost the maximum length comes first.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "boot/terminal.h"
#include "console/outcome.h"
#include "made/sealed.h"
#include "percent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of a console, and other facts about the machine, from the input's length. */
struct seen {
	const char *bytes;
	size_t length;
	size_t input;
	const char *qemu_error;
	bool goes_on;
};

struct judged {
	enum outcome outcome;
	enum wire_verdict verdict;
	struct wire_log_counts counts;
};

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static const char long_line[WIRE_LOG_LINE_MAX];

static struct judged
judge(const struct seen *seen, size_t piece)
{
	struct console console;
	struct result result;
	char buffer[OUTCOME_REASON_MAX];
	struct text reason = text_in(buffer, sizeof(buffer));

	require(console_open(&console, NULL) == 0);
	if (seen->goes_on)
		require(console_feed(&console, long_line, sizeof(long_line) - seen->input % 16) ==
			0);
	for (size_t at = 0; at < seen->length; at += piece)
		require(console_feed(&console, seen->bytes + at,
				     seen->length - at < piece ? seen->length - at : piece) == 0);
	require(console_feed(&console, NULL, 0) == 0);
	require(result_read(&result, console.wire) == 0);
	struct evidence evidence = {
	    .end = (enum machine_end)(seen->input % (MACHINE_FAILED + 1)),
	    .limit_s = seen->input,
	    .qemu_error = seen->qemu_error,
	    .console = &console,
	    .result = &result,
	    .verdict = wire_log_verdict(console.wire),
	    .interactive = seen->input / (MACHINE_FAILED + 1) % 2 != 0,
	};
	struct judged judged = {outcome_judge(&evidence, &reason), evidence.verdict,
				wire_log_counts(console.wire)};
	int status = outcome_status(judged.outcome, &result);
	require(!reason.full && status >= 0 && status <= 128 + 64);
	require(!outcome_is_final(judged.outcome) || judged.verdict == WIRE_COMPLETE ||
		(evidence.interactive && judged.outcome == OUTCOME_OK));
	require(outcome_name(judged.outcome) != NULL);
	for (size_t i = 0; i < reason.used; i++)
		require(buffer[i] >= 0x20 && buffer[i] <= 0x7e);
	result_free(&result);
	console_close(&console);
	return judged;
}

static enum wire_verdict
judge_both(const struct seen *seen)
{
	struct judged whole = judge(seen, seen->length + 1), pieces = judge(seen, 1);

	require(whole.outcome == pieces.outcome && whole.verdict == pieces.verdict);
	require(memcmp(&whole.counts, &pieces.counts, sizeof(whole.counts)) == 0);
	return whole.verdict;
}

/* The next line at *at, without its newline, and its length. */
static const char *
next_line(const char **at, const char *end, size_t *length)
{
	const char *line = *at, *newline = memchr(line, '\n', (size_t)(end - line));

	*length = (size_t)((newline != NULL ? newline : end) - line);
	*at = newline != NULL ? newline + 1 : end;
	return line;
}

/*
 * Appends the input with a session and a correct check in each line that begins with the sentinel.
 */
static void
append_sealed(struct text *t, const char *at, const char *end)
{
	const size_t sentinel = strlen(WIRE_SENTINEL);
	size_t length;

	while (at < end) {
		const char *line = next_line(&at, end, &length);
		if (length > sentinel && memcmp(line, WIRE_SENTINEL, sentinel) == 0)
			sealed(t, line + sentinel, length - sentinel);
		else
			text_bytes(t, line, length);
		text_char(t, '\n');
	}
}

/*
 * Appends the input's lines as an encoder writes them. Returns whether their kinds are valid inside
 * a log.
 */
static bool
append_encoded(struct text *t, const char *at, const char *end)
{
	struct wire_encoder e;
	char line[WIRE_LINE_MAX], kind[WIRE_KIND_MAX + 1], payload[WIRE_PAYLOAD_MAX];
	bool is_good = true;
	size_t length;

	wire_start(&e, SEALED_SESSION);
	text_bytes(t, line, wire_encode(&e, "hello", at, 0, line));
	while (at < end) {
		const char *first = next_line(&at, end, &length);
		const char *space = memchr(first, ' ', length);
		size_t name = space != NULL ? (size_t)(space - first) : length;
		size_t rest = space != NULL ? length - name - 1 : 0;
		if (name > WIRE_KIND_MAX || rest > WIRE_PAYLOAD_MAX)
			continue;
		memcpy(kind, first, name);
		kind[name] = '\0';
		long got = rest > 0 ? percent_decode(space + 1, rest, payload) : 0;
		size_t written = got >= 0 ? wire_encode(&e, kind, payload, (size_t)got, line) : 0;
		text_bytes(t, line, written);
		if (written > 0)
			is_good &= strcmp(kind, "hello") != 0 && strcmp(kind, "end") != 0;
	}
	text_bytes(t, line, wire_encode_end(&e, line));
	return is_good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct relay relay = {0};
	const char *text = (const char *)data, *end = text + size;
	/* A sealed line of 8 bytes, or an encoded one of 1 byte, grows by fewer than 64. */
	size_t room = 33 * size + 512;
	char *made = malloc(room), *relayed = malloc(size + 8), *error = calloc(size + 1, 1);

	require(made != NULL && relayed != NULL && error != NULL);
	if (size > 0)
		memcpy(error, text, size);
	bool goes_on = size > 0 && data[0] == 1;
	judge_both(&(struct seen){text, size, size, error, goes_on});
	struct text good = text_in(made, room), records = text_in(made, room);
	append_sealed(&good, text, end);
	require(!good.full);
	judge_both(&(struct seen){made, good.used, size, NULL, goes_on});
	bool is_good = append_encoded(&records, text, end);
	require(!records.full);
	enum wire_verdict verdict =
	    judge_both(&(struct seen){made, records.used, size, error, false});
	require(!is_good || verdict == WIRE_COMPLETE);
	require(relay_filter(&relay, text, size, relayed) <= size + 8);
	free(made);
	free(relayed);
	free(error);
	return 0;
}
