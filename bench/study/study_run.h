/* SPDX-License-Identifier: MIT */
/* Runs a study: starts its boots and records their results. */
#ifndef BENCH_STUDY_RUN_H
#define BENCH_STUDY_RUN_H

#include <sched.h>
#include <time.h>

#include "study/study.h"
#include "target/qemu.h"

enum { STUDY_JOBS_MAX = 256 };

struct study_rules {
	unsigned jobs;	    /* boots at once */
	bool is_pinned;	    /* each boot has its own CPUs */
	bool oversubscribe; /* boots may have more CPUs than this machine */
	enum accel accel;
};

/* Checks that this machine has enough CPUs. Returns 0, or -1 after a message on stderr. */
int study_run_check(const struct study *s, const struct study_rules *rules);

/*
 * Makes all boots that are left. Returns 0; -1 after a message on stderr if bench itself failed,
 * with all finished boots recorded; or the number of the signal that ended it: after the first one,
 * it has waited for the running boots.
 */
int study_run(struct study *s, const struct study_rules *rules);

/* Exit statuses of a boot's process. */
enum {
	STUDY_BOOT_DONE,   /* the line for the journal has been written to `out` */
	STUDY_BOOT_FAILED, /* bench itself failed and has printed a message on stderr */
	STUDY_BOOT_ENDED,  /* a signal ended it before it was done */
};

struct study_job {
	size_t cell, node; /* node: 0 if the plan has none */
	uint64_t block, number;
	enum accel accel;
	const cpu_set_t *cpus; /* NULL: any CPUs */
	int folder;	       /* folder for the console */
	bool keeps_numbers;    /* in the study */
	char console[64];      /* name of the console */
	int raw;	       /* the console while the machine runs; set by study_boot_start() */
	time_t began;	       /* set by study_boot_start() */
};

/*
 * Starts the boot's process; *out yields one line with its newline, and then the end. The process
 * gets no signals from bench's terminal, ends at once on SIGTERM, and dies with bench. Returns its
 * process id, or -1 with errno.
 */
pid_t study_boot_start(const struct study *s, struct study_job *job, int *out);

/* Closes the job's files, after its process has ended or was not started. */
void study_boot_forget(struct study_job *job);

#endif
