/* SPDX-License-Identifier: MIT */
/*
 * A machine that boots over a network, from the folder of a pxe-serve: scripts/pxe-entry sets what
 * it does.
 */
#ifndef BENCH_TARGET_PXE_H
#define BENCH_TARGET_PXE_H

#include "target/machine.h"
#include "text.h"

/*
 * Sets what `l` does before the machine is switched on: an entry for `mac` in the folder `dir`;
 * commands are owned, each one block, and free those before. Returns 0, or -1 with what is wrong,
 * without newline, in `problem`.
 */
int target_pxe_set(struct laboratory *l, const char *dir, const char *mac, struct text *problem);

#endif
