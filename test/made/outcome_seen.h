/* SPDX-License-Identifier: MIT */
/* Feeds a console with a machine's output and judges the outcome. */
#ifndef LULL_TEST_OUTCOME_SEEN_H
#define LULL_TEST_OUTCOME_SEEN_H

#include <string.h>

#include "console/outcome.h"

static const uint64_t session = 77;
static struct console console;
static struct wire_encoder encoder;
static struct result result;
static char reason[OUTCOME_REASON_MAX + 1];
static const char *expected_build_id, *expected_release;
static const struct noise_limits *expected_noise;

static void
say(const char *text)
{
	assert_int_equal(console_feed(&console, text, strlen(text)), 0);
}

static void
record(const char *kind, const char *payload)
{
	char line[WIRE_LINE_MAX];
	size_t length = wire_encode(&encoder, kind, payload, strlen(payload), line);

	assert_int_equal(console_feed(&console, line, length), 0);
}

static void
end(void)
{
	char line[WIRE_LINE_MAX];
	size_t length = wire_encode_end(&encoder, line);

	assert_int_equal(console_feed(&console, line, length), 0);
}

static void
begin(void)
{
	console_close(&console);
	assert_int_equal(console_open(&console, &session), 0);
	wire_start(&encoder, session);
}

static void
boot_to_start(void)
{
	begin();
	say("[    0.000000] Linux version 6.1.0\r\n");
	record("hello", "init 0.1\nkernel 6.1.0\nboot b\n");
	record("start", "run 1\n");
}

static enum outcome
judge_as(enum machine_end how, bool interactive)
{
	struct text t = text_in(reason, sizeof(reason) - 1);

	memset(reason, 0, sizeof(reason));
	result_free(&result);
	assert_int_equal(result_read(&result, console.wire), 0);
	struct evidence e = {
	    .end = how,
	    .limit_s = 60,
	    .qemu_error = "no \x1b such device",
	    .console = &console,
	    .result = &result,
	    .verdict = wire_log_verdict(console.wire),
	    .interactive = interactive,
	    .build_id = expected_build_id,
	    .release = expected_release,
	    .noise = expected_noise,
	};
	enum outcome outcome = outcome_judge(&e, &t);
	assert_false(t.full);
	for (size_t i = 0; i < t.used; i++)
		assert_in_range(reason[i], 0x20, 0x7e);
	return outcome;
}

static enum outcome
judge(enum machine_end how)
{
	return judge_as(how, false);
}

static int
close_console(void **state)
{
	(void)state;
	console_close(&console);
	result_free(&result);
	return 0;
}

#endif
