/* SPDX-License-Identifier: MIT */
/*
 * A fake machine: a command for bench's `console` that answers at once as init would, with the
 * session and the command, or the experiment, of LULL_CMDLINE. Its name chooses the outcome:
 * failed, panic, oops, lost, wrong, noisy, hang, silent, nothing, twice, flood, nul, long, escape,
 * odd, mix (two commands), many (84 names), lots (1024 samples), units (two for one name), noise (a
 * line that is not a sample), slow (a tenth more), micro (microseconds), mute (no numbers); any
 * other name succeeds.
 *
 *	fake [-d MILLISECONDS | -n FILE]
 *
 * Its numbers are random; with -n they follow from how often it was called, which FILE counts.
 *
 * It exits with 0, like a machine that powers off.
 */
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "wire.h"

static struct wire_encoder encoder;

static void
send_record(const char *kind, const char *payload)
{
	char line[WIRE_LINE_MAX];
	size_t length = wire_encode(&encoder, kind, payload, strlen(payload), line);

	fwrite(line, 1, length, stdout);
}

static void
end(void)
{
	char line[WIRE_LINE_MAX];

	fwrite(line, 1, wire_encode_end(&encoder, line), stdout);
	puts("[    2.000000] reboot: Power down");
}

/* The value of a key on the command line, which must have it. */
static const char *
value_of(const char *key, char value[64])
{
	const char *line = getenv("LULL_CMDLINE"), *at = line != NULL ? strstr(line, key) : NULL;

	if (at == NULL)
		errx(1, "missing %s in LULL_CMDLINE", key);
	at += strlen(key);
	snprintf(value, 64, "%.*s", (int)strcspn(at, " %\""), at);
	return value;
}

/* Returns a number that follows from the number of calls so far. */
static uint64_t
count(const char *name)
{
	FILE *file = fopen(name, "r+");
	unsigned calls = 0;

	if (file == NULL)
		file = fopen(name, "w+");
	if (file == NULL)
		err(1, "%s", name);
	if (fscanf(file, "%u", &calls) != 1)
		calls = 0;
	rewind(file);
	fprintf(file, "%u\n", calls + 1);
	fclose(file);
	return (calls + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

static void
repeat(const char *bytes, size_t length, size_t times)
{
	for (; times > 0; times--)
		fwrite(bytes, 1, length, stdout);
}

/* Prints what no machine should print. Returns whether that is all. */
static bool
print_garbage(const char *outcome)
{
	if (strcmp(outcome, "nothing") == 0)
		return true;
	if (strcmp(outcome, "silent") == 0)
		pause();
	if (strcmp(outcome, "flood") == 0)
		for (;;)
			puts("y");
	if (strcmp(outcome, "nul") == 0)
		repeat("\0", 1, 100000);
	if (strcmp(outcome, "long") == 0)
		repeat("long ", 5, 1000000);
	if (strcmp(outcome, "escape") == 0)
		puts(
		    "\033]0;owned\007\033[2J\033[31mred\rKernel panic - not syncing: \033[1mred\n");
	return strcmp(outcome, "escape") == 0;
}

/* Prints what the run has in addition to its one number. */
static void
send_more_values(const char *outcome, size_t at)
{
	char text[64];

	for (int i = 0; strcmp(outcome, "many") == 0 && i < 74; i++) {
		snprintf(text, sizeof(text), "results 1 %zu\nname%02d 1 ns\n", at, i);
		send_record("output", text);
		at += strlen("name00 1 ns\n");
	}
	snprintf(text, sizeof(text), "results 1 %zu\n%s\n", at,
		 strcmp(outcome, "units") == 0 ? "lat 1 us" : "hello");
	if (strcmp(outcome, "units") == 0 || strcmp(outcome, "noise") == 0)
		send_record("output", text);
}

/* A line that is not a sample, and 64 names with 16 samples each. */
static void
send_lots(uint64_t session, size_t at)
{
	char text[WIRE_PAYLOAD_MAX + 1];

	snprintf(text, sizeof(text), "results 1 %zu\nhello\n", at);
	send_record("output", text);
	at += strlen("hello\n");
	for (unsigned sample = 0; sample < 16; sample++)
		for (unsigned name = 0; name < 64;) {
			size_t head = (size_t)snprintf(text, sizeof(text), "results 1 %zu\n", at),
			       used = head;
			for (; name < 64 && used < sizeof(text) - 32; name++)
				used += (size_t)snprintf(
				    text + used, sizeof(text) - used, "measure%02u %u ns\n", name,
				    1000 + (unsigned)(session * (name + 7) % 97) + sample);
			send_record("output", text);
			at += used - head;
		}
}

static void
send_run(const char *outcome, uint64_t noise)
{
	char text[160];

	if (strcmp(outcome, "hang") == 0) {
		fflush(stdout);
		pause();
	}
	send_record("start", "run 1\ncommand 1\n");
	snprintf(text, sizeof(text), "results 1 0\nlat%s %" PRIu64 " %s\n",
		 strcmp(outcome, "odd") == 0 ? "\033[31m" : "",
		 (strcmp(outcome, "slow") == 0 ? 1100 : 1000) + noise % 100,
		 strcmp(outcome, "micro") == 0 ? "us" : "ns");
	if (strcmp(outcome, "mute") != 0)
		send_record("output", text);
	send_more_values(outcome, strlen(text) - strlen("results 1 0\n"));
	if (strcmp(outcome, "lots") == 0)
		send_lots(noise, strlen(text) - strlen("results 1 0\n"));
	snprintf(text, sizeof(text),
		 "run 1\nstatus %d\nwall_ns %" PRIu64 "\ninvoluntary_switches %d\n",
		 strcmp(outcome, "failed") == 0, 1000000 + noise % 1000,
		 strcmp(outcome, "noisy") == 0 ? 99 : 0);
	send_record("exit", text);
	if (strcmp(outcome, "mix") == 0) {
		send_record("start", "run 2\ncommand 2\n");
		send_record("output", "results 2 0\nlat 0.1 ns\n");
		send_record("exit", "run 2\nstatus 0\nwall_ns 5\n");
	}
	if (strcmp(outcome, "oops") == 0)
		send_record("taint", "taint 128\n");
	if (strcmp(outcome, "lost") == 0)
		encoder.sequence++;
}

int
main(int argc, char *argv[])
{
	char outcome[64], digits[64];
	uint64_t session = strtoull(value_of("lull.session=", digits), NULL, 16);

	value_of(strstr(getenv("LULL_CMDLINE"), "lull.run=") != NULL ? "lull.run="
								     : "lull.experiment=",
		 outcome);
	uint64_t noise = argc == 3 && strcmp(argv[1], "-n") == 0 ? count(argv[2]) : session;
	if (argc == 3 && strcmp(argv[1], "-d") == 0)
		usleep((useconds_t)atoi(argv[2]) * 1000);
	if (print_garbage(outcome))
		return 0;
	wire_start(&encoder, session);
	puts("[    0.000000] Linux version 6.1.0-fake");
	if (strcmp(outcome, "panic") == 0) {
		repeat("[    1.000000] Kernel panic - not syncing: fa\0ke\r\n", 50, 1);
		return 0;
	}
	send_record("hello", strcmp(outcome, "wrong") == 0
				 ? "init fake\nkernel 9.9.9\nboot 1\nbuild_id ffff\n"
				 : "init fake\nkernel 6.1.0\nboot 1\nuptime_ns 1500000000\n");
	if (strcmp(outcome, "twice") == 0) {
		wire_start(&encoder, session);
		send_record("hello", "init fake\nkernel 6.1.0\nboot 2\n");
		return 0;
	}
	send_run(outcome, noise);
	end();
	return 0;
}
