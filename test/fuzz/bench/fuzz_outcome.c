/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a console: for every size of pieces and every end of the machine there is the same
 * outcome, with a valid reason, and lines within their limits.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "console/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sums up the lines, so that every byte of them is read. */
static size_t
sum_lines(const struct evidence *e, enum outcome outcome)
{
	struct outcome_line lines[OUTCOME_LINES];
	size_t count = outcome_lines(e, outcome, lines), sum = count;

	if (count > OUTCOME_LINES)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (lines[i].length > EXCERPT_LINE_MAX)
			abort();
		for (size_t k = 0; k < lines[i].length; k++)
			sum = sum * 31 + (unsigned char)lines[i].data[k];
	}
	return sum;
}

/* Judges the bytes in pieces of `piece` for one end. Returns a sum of the results. */
static size_t
judge(const uint8_t *data, size_t size, size_t piece, enum machine_end end)
{
	struct noise_limits noise = {.has = {true}};
	static struct console console;
	struct result result;
	char reason[OUTCOME_REASON_MAX];
	struct text t = text_in(reason, sizeof(reason) - 1);

	if (console_open(&console, NULL) != 0)
		abort();
	for (size_t at = 0; at < size; at += piece)
		if (console_feed(&console, data + at, size - at < piece ? size - at : piece) != 0)
			abort();
	if (console_feed(&console, NULL, 0) != 0 || result_read(&result, console.wire) != 0)
		abort();
	const struct evidence e = {.end = end,
				   .console = &console,
				   .result = &result,
				   .verdict = wire_log_verdict(console.wire),
				   .build_id = "00ff",
				   .noise = &noise};
	enum outcome outcome = outcome_judge(&e, &t);
	size_t sum = sum_lines(&e, outcome);
	if (t.full || outcome_name(outcome) == NULL)
		abort();
	for (size_t i = 0; i < t.used; i++) {
		if (reason[i] < 0x20 || reason[i] > 0x7e)
			abort();
		sum = sum * 31 + (unsigned char)reason[i];
	}
	result_free(&result);
	console_close(&console);
	return sum * 31 + outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum machine_end ends[] = {MACHINE_UNKNOWN, MACHINE_POWERED_OFF, MACHINE_RESET,
						MACHINE_SILENT};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (judge(data, size, size + 1, ends[i]) != judge(data, size, 5, ends[i]))
			abort();
	return 0;
}
