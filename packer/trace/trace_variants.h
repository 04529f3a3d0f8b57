/* SPDX-License-Identifier: MIT */
/* The files that other processors take for a library that a traced run has loaded on this one. */
#ifndef LULL_PACKER_TRACE_VARIANTS_H
#define LULL_PACKER_TRACE_VARIANTS_H

#include "plan/plan.h"

struct closure;

/*
 * Plans them, for a library in or above a directory of some processors, as
 * glibc-hwcaps/x86-64-v3. Returns 1 if one of them is for all processors, or `entry` is; 0
 * if others find nothing; -1 after a warning.
 */
int trace_variants_add(struct closure *closure, const struct plan_entry *entry);

#endif
