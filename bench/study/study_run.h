/* SPDX-License-Identifier: MIT */
/* A study being carried out: the boots that are under way, and what comes of them. */
#ifndef BENCH_STUDY_RUN_H
#define BENCH_STUDY_RUN_H

#include "study/study.h"
#include "target/qemu.h"

enum { STUDY_JOBS_MAX = 256 };

struct study_rules {
	unsigned jobs;	    /* boots at once */
	bool is_pinned;	    /* each keeps to CPUs of its own */
	bool oversubscribe; /* they may have more CPUs than the machine has */
	enum accel accel;
};

/* Whether this machine has the CPUs for it. Returns 0, or -1 after telling on stderr how many are missing. */
int study_run_check(const struct study *s, const struct study_rules *rules);

/*
 * Boots all that is still to boot. Returns 0; -1 after telling on stderr what went wrong on bench's side, with all that
 * was finished kept; or the number of the signal that ended it: after the first, the boots under way were waited for.
 */
int study_run(struct study *s, const struct study_rules *rules);

#endif
