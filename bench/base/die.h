/* SPDX-License-Identifier: MIT */
#ifndef BENCH_DIE_H
#define BENCH_DIE_H

/* Ends bench as the signal would have, so that whoever started it sees that. */
void die_of(int signal_number);

#endif
