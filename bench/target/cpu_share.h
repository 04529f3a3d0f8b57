/* SPDX-License-Identifier: MIT */
/* Which CPUs boots at once keep to. */
#ifndef BENCH_CPU_SHARE_H
#define BENCH_CPU_SHARE_H

#include <sched.h>

/*
 * The CPUs that this process may use. Returns their number, or 0 after telling on stderr why it is
 * not known.
 */
unsigned cpu_share_allowed(cpu_set_t *allowed);

/*
 * The share of one of `places`, counted from 0: as many of the allowed CPUs for each, in their
 * order, the rest for none; where there are more places than CPUs, all of them for the places left
 * over. Pure.
 */
cpu_set_t cpu_share_of(const cpu_set_t *allowed, unsigned places, unsigned place);

#endif
