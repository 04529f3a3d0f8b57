/* SPDX-License-Identifier: MIT */
/* A study being carried out: the boots that are under way, and what comes of them. */
#ifndef BENCH_STUDY_RUN_H
#define BENCH_STUDY_RUN_H

#include <sched.h>
#include <time.h>

#include "study/study.h"
#include "target/qemu.h"

enum { STUDY_JOBS_MAX = 256 };

struct study_rules {
	unsigned jobs;	    /* boots at once */
	bool is_pinned;	    /* each keeps to CPUs of its own */
	bool oversubscribe; /* they may have more CPUs than the machine has */
	enum accel accel;
};

/*
 * Whether this machine has the CPUs for it. Returns 0, or -1 after telling on stderr how many are
 * missing.
 */
int study_run_check(const struct study *s, const struct study_rules *rules);

/*
 * Boots all that is still to boot. Returns 0; -1 after telling on stderr what went wrong on bench's
 * side, with all that was finished kept; or the number of the signal that ended it: after the
 * first, the boots under way were waited for.
 */
int study_run(struct study *s, const struct study_rules *rules);

/* How a boot's process ends. */
enum {
	STUDY_BOOT_DONE,   /* the journal's line has been written to `out` */
	STUDY_BOOT_FAILED, /* bench's own side failed and has told why on stderr */
	STUDY_BOOT_ENDED,  /* by a signal that it was sent, before it was done */
};

struct study_job {
	size_t cell, node; /* node: 0 where the plan has none */
	uint64_t block, number;
	enum accel accel;
	const cpu_set_t *cpus; /* NULL: any */
	int folder;	       /* where its console goes, */
	char console[64];      /* and under what name */
	int raw;	       /* where it is while the machine runs; set by study_boot_start() */
	time_t began;	       /* the same */
};

/*
 * Starts the process; *out is where the line comes from, one with its newline and then the end. It
 * gets no signal of bench's terminal, ends at once at a SIGTERM, and dies with bench. Returns its
 * process id, or -1 with errno.
 */
pid_t study_boot_start(const struct study *s, struct study_job *job, int *out);

/* Closes what the job has open, when its process has ended or was not started. */
void study_boot_forget(struct study_job *job);

#endif
