/* SPDX-License-Identifier: MIT */
/*
 * bench compare. With a command after `--` it makes a study from the command line and boots it
 * (compare_commands.c). Else it compares what was recorded: two cells, two studies or two boots
 * (compare_recorded.c).
 */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer/limits.h"
#include "text.h"

enum { COMPARE_LIST_MAX = 64 };

struct compare_list {
	const char *at[COMPARE_LIST_MAX];
	size_t count;
};

/* The command line. Strings point into argv. */
struct comparison {
	struct compare_list kernels, images, args, measures;
	char **commands[COMPARE_LIST_MAX]; /* each ended by NULL */
	size_t command_count;
	uint64_t blocks, runs;
	const char *memory, *cpus, *qemu, *timeout; /* NULL: not given */
	bool exact, dry_run, help;
	struct limits limits;
	double margin;		 /* 0: not given */
	const char *to_boot;	 /* an option that is only for boots; NULL: none was given */
	const char *recorded[2]; /* NULL: there are commands */
};

/* Both return bench's exit status. */
int compare_commands(struct comparison *c);
int compare_recorded(const struct comparison *c);

/*
 * Prints, as comments of the plan, how many boots it makes, what they take by the newest study in
 * the cache, and the smallest difference that they could show. Returns 0, or -1 after a message.
 */
int compare_estimate(const struct text *plan);

#endif
