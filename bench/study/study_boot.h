/* SPDX-License-Identifier: MIT */
/*
 * One boot of a study, in a process of its own: whatever a guest makes of it costs that boot alone, nothing of it stays
 * in memory, and it can be kept to its CPUs.
 */
#ifndef BENCH_STUDY_BOOT_H
#define BENCH_STUDY_BOOT_H

#include <sched.h>
#include <time.h>

#include "study/study.h"
#include "target/qemu.h"

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
 * Starts the process; *out is where the line comes from, one with its newline and then the end. It gets no signal of
 * bench's terminal, ends at once at a SIGTERM, and dies with bench. Returns its process id, or -1 with errno.
 */
pid_t study_boot_start(const struct study *s, struct study_job *job, int *out);

/* Closes what the job has open, when its process has ended or was not started. */
void study_boot_forget(struct study_job *job);

/*
 * Keeps the console of a boot whose process died of `signal`, and makes its line, without a verdict. To be freed; NULL
 * with errno.
 */
char *study_boot_lost(const struct study *s, const struct study_job *job, int signal, double seconds);

#endif
