/* SPDX-License-Identifier: MIT */
/* How long a process has run, and how long its threads waited for a CPU (/proc/PID/schedstat). */
#ifndef BENCH_SCHED_TIMES_H
#define BENCH_SCHED_TIMES_H

#include <sys/types.h>

struct sched_times {
	double cpu, wait; /* seconds, of all threads that exist now; 0: unknown */
};

struct sched_times sched_times_read(pid_t pid);

#endif
