/* SPDX-License-Identifier: MIT */
/* The CPUs of boots that run at the same time. */
#ifndef BENCH_CPU_SHARE_H
#define BENCH_CPU_SHARE_H

#include <sched.h>

/* The CPUs that this process may use. Returns their number, or 0 after a message on stderr. */
unsigned cpu_share_allowed(cpu_set_t *allowed);

/*
 * The share of place number `place`, from 0, of `places`. Each place gets the same number of the
 * allowed CPUs, in order; the remainder is unused. With more places than CPUs, each place beyond
 * them gets all. Pure.
 */
cpu_set_t cpu_share_of(const cpu_set_t *allowed, unsigned places, unsigned place);

#endif
