/* SPDX-License-Identifier: MIT */
/* The commands of bench. Each gets its own words, argv[0] being its name, and returns bench's exit status. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#define DECODE_USAGE "bench decode [--json] LOG\n"

#define RUN_USAGE "bench run PLAN -o DIR [-j JOBS [--oversubscribe]]\n"
#define STATUS_USAGE "bench status DIR\n"
#define REPLAY_USAGE "bench replay DIR CELL\n"
#define NEW_USAGE "bench new NAME\n"

int command_boot(int argc, char *argv[]);
int command_decode(int argc, char *argv[]);
int command_run(int argc, char *argv[]);
int command_status(int argc, char *argv[]);
int command_replay(int argc, char *argv[]);
int command_new(int argc, char *argv[]);

#endif
