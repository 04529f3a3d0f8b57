/* SPDX-License-Identifier: MIT */
/* Where and how an experiment runs, by the words of its keys `cpus`, `sched` and `limit`. Pure. */
#ifndef LULL_PLACEMENT_H
#define LULL_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUS_MAX = 1024, CPUS_WORDS = CPUS_MAX / 64 };

/* CPU n is bit n % 64 of word n / 64, as sched_setaffinity(2) has them on 64 bits. */
struct cpus {
	uint64_t words[CPUS_WORDS];
};

struct sched {
	int policy; /* SCHED_OTHER and the like */
	int priority;
};

struct limit {
	int resource;	     /* RLIMIT_NOFILE and the like */
	uint64_t soft, hard; /* UINT64_MAX: none */
};

/* All return NULL, or what is wrong with the words, which end with NULL. */

/* "0-3,8" as in sysfs. */
const char *cpus_read(struct cpus *cpus, const char *list);

/* POLICY [PRIORITY]: other, batch, idle; fifo and rr with a priority from 1 to 99. */
const char *sched_read(struct sched *sched, char *const *words);

/*
 * NAME SOFT [HARD], the names of setrlimit(2) without RLIMIT_ in small letters; numbers in its
 * units, or `unlimited`; HARD is SOFT unless given.
 */
const char *limit_read(struct limit *limit, char *const *words);

#endif
