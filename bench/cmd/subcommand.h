/* SPDX-License-Identifier: MIT */
/*
 * The commands of bench. Each gets its own arguments, with its name in argv[0], and returns bench's
 * exit status.
 */
#ifndef BENCH_SUBCOMMAND_H
#define BENCH_SUBCOMMAND_H

#define DECODE_USAGE "bench decode [--json] LOG\n"

#define RUN_USAGE "bench run [--extend] PLAN -o DIR [-j JOBS [--oversubscribe]]\n"
#define STATUS_USAGE "bench status DIR\n"
#define REPORT_USAGE                                                                               \
	"bench report [--baseline CELL] [--margin PERCENT] [--measure NAME]\n"                     \
	"                    [--csv | --json | --markdown] DIR\n"
#define COMPARE_USAGE                                                                              \
	"bench compare [--measure NAME] [--margin PERCENT] [--worse-than PERCENT]\n"               \
	"                     [--at-least INSTRUCTIONS] A B\n"                                     \
	"       bench compare [-k KERNEL]... [-a \"KERNEL ARGS\"]... [-i IMAGE]... [-n BLOCKS]\n"  \
	"                     [-r RUNS] [--measure NAME]... [--exact] [-m MEMORY] [-c CPUS]\n"     \
	"                     [-q \"QEMU ARGS\"] [-t SECONDS] [--worse-than PERCENT]\n"            \
	"                     [--at-least INSTRUCTIONS] [--dry-run]\n"                             \
	"                     -- COMMAND... [-- COMMAND...]...\n"
#define BISECT_USAGE                                                                               \
	"bench bisect -k KERNEL -k KERNEL... [OPTION]... -- COMMAND...\n"                          \
	"       bench bisect [-k KERNEL] -a WORD... [OPTION]... -- COMMAND...\n"                   \
	"       bench bisect --tree DIR --good REV --bad REV\n"                                    \
	"                    [--config FILE | --preset NAME...] [OPTION]... -- COMMAND...\n"       \
	"       bench bisect --tree DIR --config GOOD --config BAD [OPTION]... -- COMMAND...\n"    \
	"                    OPTION: [-i IMAGE] [-o DIR] [-r RUNS] [--with \"KERNEL ARGS\"]\n"     \
	"                    [--measure NAME] [--at-least N] [-m MEMORY] [-q \"QEMU ARGS\"]\n"     \
	"                    [--layouts N] [-t SECONDS]\n"
#define REPLAY_USAGE "bench replay DIR CELL [NODE]\n"
#define NEW_USAGE "bench new NAME\n"

int subcommand_boot(int argc, char *argv[]);
int subcommand_decode(int argc, char *argv[]);
int subcommand_run(int argc, char *argv[]);
int subcommand_status(int argc, char *argv[]);
int subcommand_report(int argc, char *argv[]);
int subcommand_compare(int argc, char *argv[]);
int subcommand_bisect(int argc, char *argv[]);
int subcommand_replay(int argc, char *argv[]);
int subcommand_new(int argc, char *argv[]);

#endif
