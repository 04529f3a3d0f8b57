/* SPDX-License-Identifier: MIT */
/*
 * bench: boots appliances, reads what they send over the serial console, and reports the outcome.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "boot/boot_options.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "host/standard.h"

#ifndef LULL_VERSION
#define LULL_VERSION "unknown"
#endif

#define OTHER_USAGE "       bench --help | --version\n"

/* Subcommands report failed writes of results themselves; this covers usage, version and tables. */
static int
flush_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status == 0)
		warn("cannot write to standard output");
	return status == 0 ? STATUS_NO_VERDICT : status;
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		int (*run)(int argc, char *argv[]);
	} commands[] = {
	    {"boot", subcommand_boot},	     {"run", subcommand_run},
	    {"status", subcommand_status},   {"report", subcommand_report},
	    {"compare", subcommand_compare}, {"bisect", subcommand_bisect},
	    {"replay", subcommand_replay},   {"new", subcommand_new},
	    {"decode", subcommand_decode},
	};

	if (standard_open() != 0)
		err(STATUS_NO_VERDICT, "cannot open /dev/null");
	memory_die_status = STATUS_NO_VERDICT;
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return flush_output(commands[i].run(argc - 1, argv + 1));
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("bench " LULL_VERSION);
		return flush_output(0);
	}
	bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
	if (argc > 1 && !asked)
		warnx("unknown command %s", argv[1]);
	fputs(BOOT_USAGE "       " RUN_USAGE "       " STATUS_USAGE "       " REPORT_USAGE
			 "       " COMPARE_USAGE "       " BISECT_USAGE "       " REPLAY_USAGE
			 "       " NEW_USAGE "       " DECODE_USAGE OTHER_USAGE,
	      asked ? stdout : stderr);
	return flush_output(asked ? 0 : STATUS_WRONG_USAGE);
}
