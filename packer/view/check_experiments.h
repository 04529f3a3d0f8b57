/* SPDX-License-Identifier: MIT */
/* The experiments in an image that is there. */
#ifndef LULL_PACKER_CHECK_EXPERIMENTS_H
#define LULL_PACKER_CHECK_EXPERIMENTS_H

struct closure;
struct rootfs;

/*
 * Warns of those that init cannot read, and notes what programs are given (closure_give()),
 * once they are planned.
 */
void check_experiments(const struct rootfs *rootfs, struct closure *closure);

#endif
