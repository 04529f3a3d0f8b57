/* SPDX-License-Identifier: MIT */
/* The machine of a study's cells, from the plan. */
#ifndef BENCH_STUDY_MACHINE_H
#define BENCH_STUDY_MACHINE_H

#include "boot/kvm.h"
#include "study/study.h"
#include "target/qemu.h"

struct study_paths {
	char kernel[PATH_MAX], image[PATH_MAX], firmware[PATH_MAX];
};

/*
 * Makes the options with which `bench boot` would boot the cell on a node; `node` is 0 if the plan
 * has none. Strings are owned by the study and `paths`. Returns 0, or -1 after a message on stderr.
 * The caller calls boot_options_free() in either case.
 */
int study_machine_options(struct boot_options *options, struct study_paths *paths,
			  const struct study *s, size_t cell, size_t node);

/*
 * Checks before the boots, as far as possible, whether each cell can do what the plan asks, and
 * notes whether it has several commands. Returns 0, or -1 after a message on stderr that names the
 * cell.
 */
int study_machine_check(struct study *s);

/*
 * Checks for QEMU and chooses the accelerator, for all boots; probes KVM with the first cell. The
 * caller calls kvm_remember() to cache the answer. Returns 0, or -1 after a message on stderr.
 */
int study_machine_choose(const struct study *s, enum accel *accel, struct kvm *kvm);

/* Starts zeroed. Only boots of this process count, so that a repaired node is tried again. */
struct study_node {
	uint64_t failures; /* consecutive boots for which the node is to blame */
	bool is_given_up;
};

/*
 * Counts a boot of a node, after study_count(). The node is dropped once it is to blame (queue.h)
 * for as many consecutive boots as the plan's `tries`. Returns whether it is dropped now.
 */
bool study_node_judge(struct study_node *node, const struct study *s,
		      const struct study_line *line);

#endif
