/* SPDX-License-Identifier: MIT */
/*
 * A machine that boots the appliance by its own GRUB, over ssh: scripts/grub-target, which tells
 * what is done there.
 */
#ifndef BENCH_TARGET_GRUB_H
#define BENCH_TARGET_GRUB_H

#include "target/machine.h"
#include "text.h"

/*
 * Sets what `l` has done to the machine of these words, which end with NULL: what ssh reaches it
 * by, and how many seconds it may take to come back, if that is told. Commands are owned, each one
 * block, and free those before. Returns 0, or -1 with what is wrong, without newline, in `problem`.
 */
int target_grub_set(struct laboratory *l, char *const words[], struct text *problem);

#endif
