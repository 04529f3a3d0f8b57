/* SPDX-License-Identifier: MIT */
/* The commands of bench. Each gets its own words, argv[0] being its name, and returns bench's exit status. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#define DECODE_USAGE "bench decode [--json] LOG\n"

int command_boot(int argc, char *argv[]);
int command_decode(int argc, char *argv[]);

#endif
