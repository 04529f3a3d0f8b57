/* SPDX-License-Identifier: MIT */
/*
 * CPUs, scheduling and limits of an experiment, from the words of its keys `cpus`, `sched` and
 * `limit`. Pure.
 */
#ifndef LULL_PLACEMENT_H
#define LULL_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUS_MAX = 1024, CPUS_WORDS = CPUS_MAX / 64 };

/* CPU n is bit n % 64 of word n / 64, as for sched_setaffinity(2) on 64-bit machines. */
struct cpus {
	uint64_t words[CPUS_WORDS];
};

struct sched {
	int policy; /* SCHED_OTHER and the like */
	int priority;
};

struct limit {
	int resource;	     /* RLIMIT_NOFILE and the like */
	uint64_t soft, hard; /* UINT64_MAX: unlimited */
};

/* All return NULL, or the problem with the words, which end with NULL. */

/* A list such as "0-3,8", as in sysfs. */
const char *cpus_read(struct cpus *cpus, const char *list);

/* POLICY [PRIORITY]: other, batch, idle; fifo and rr with a priority from 1 to 99. */
const char *sched_read(struct sched *sched, char *const *words);

/*
 * NAME SOFT [HARD], the names of setrlimit(2) in lower case without RLIMIT_; numbers in its units,
 * or `unlimited`; HARD defaults to SOFT.
 */
const char *limit_read(struct limit *limit, char *const *words);

#endif
