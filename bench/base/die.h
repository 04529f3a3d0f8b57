/* SPDX-License-Identifier: MIT */
#ifndef BENCH_DIE_H
#define BENCH_DIE_H

/* Ends bench by the signal's default action, so that the parent process sees the signal. */
void die_of(int signal_number);

#endif
