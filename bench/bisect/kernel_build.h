/* SPDX-License-Identifier: MIT */
/*
 * Kernels of commits, built by scripts/kernel/build-commit in a folder of the cache, which all
 * bisections of a tree use.
 */
#ifndef BENCH_KERNEL_BUILD_H
#define BENCH_KERNEL_BUILD_H

#include "bisect/bisection.h"

/*
 * Builds the commit with the configuration in the file `config`, or with the presets if it is NULL.
 * Results as those of bisect_kernel().
 */
int kernel_build(const struct bisect_options *options, const char *commit, const char *config,
		 char **kernel, char **problem);

#endif
