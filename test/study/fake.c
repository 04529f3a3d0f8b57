/* SPDX-License-Identifier: MIT */
/*
 * A machine that is none: bench's `console` command, which answers at once as init would. It is told by LULL_CMDLINE's
 * session and run, as a real one is.
 *
 *	fake [-d MILLISECONDS] [OUTCOME]...
 *
 * OUTCOME: ok (default), failed, panic, silent, hang, lost, wrong, noisy, nothing: of several the one by the last digit of the
 * session. It exits with 0, as a machine that powers off.
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
say(const char *kind, const char *payload)
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

static uint64_t
session_of(const char *line)
{
	static const char key[] = "lull.session=";
	const char *at = line != NULL ? strstr(line, key) : NULL;

	if (at == NULL)
		errx(1, "there is no lull.session in LULL_CMDLINE");
	return strtoull(at + strlen(key), NULL, 16);
}

static void
run(const char *outcome, uint64_t session)
{
	bool is_wrong = strcmp(outcome, "wrong") == 0;
	char number[128];

	puts("[    0.000000] Linux version 6.1.0-fake");
	if (strcmp(outcome, "panic") == 0) {
		puts("[    1.000000] Kernel panic - not syncing: fake\r");
		return;
	}
	say("hello", is_wrong ? "init fake\nkernel 9.9.9\nboot 1\nbuild_id ffff\n" : "init fake\nkernel 6.1.0\nboot 1\n");
	say("start", "run 1\ncommand 1\n");
	if (strcmp(outcome, "hang") == 0) {
		fflush(stdout);
		pause();
	}
	snprintf(number, sizeof(number), "results 1 0\nlat %" PRIu64 " ns\n", 1000 + session % 100);
	say("output", number);
	snprintf(number, sizeof(number),
		 "run 1\nstatus %d\nwall_ns %" PRIu64 "\ninvoluntary_switches %d\n", strcmp(outcome, "failed") == 0,
		 1000000 + session % 1000, strcmp(outcome, "noisy") == 0 ? 99 : 0);
	say("exit", number);
	if (strcmp(outcome, "lost") == 0)
		encoder.sequence++;
	end();
}

int
main(int argc, char *argv[])
{
	uint64_t session = session_of(getenv("LULL_CMDLINE"));
	const char *outcome = "ok";
	int option;

	while ((option = getopt(argc, argv, "d:")) != -1) {
		if (option != 'd')
			return 1;
		usleep((useconds_t)atoi(optarg) * 1000);
	}
	if (optind < argc)
		outcome = argv[optind + (int)(session % 16) % (argc - optind)];
	if (strcmp(outcome, "nothing") == 0)
		return 0;
	if (strcmp(outcome, "silent") == 0)
		pause();
	wire_start(&encoder, session);
	run(outcome, session);
	return 0;
}
