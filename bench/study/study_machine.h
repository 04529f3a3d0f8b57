/* SPDX-License-Identifier: MIT */
/* The machine of a study's cells, as the plan has it. */
#ifndef BENCH_STUDY_MACHINE_H
#define BENCH_STUDY_MACHINE_H

#include "boot/kvm.h"
#include "study/study.h"
#include "target/qemu.h"

struct study_paths {
	char kernel[PATH_MAX], image[PATH_MAX], firmware[PATH_MAX];
};

/*
 * What `bench boot` would be told to boot the cell, on a node, 0 where the plan has none. Strings
 * are the study's and those of `paths`. Returns 0, or -1 after telling on stderr what is wrong.
 * boot_options_free() is due either way.
 */
int study_machine_options(struct boot_options *options, struct study_paths *paths,
			  const struct study *s, size_t cell, size_t node);

/*
 * Whether each cell can do what the plan asks of it, as far as that is known before its boots, and
 * whether it has several commands. Returns 0, or -1 after telling on stderr which cannot, and why.
 */
int study_machine_check(struct study *s);

/*
 * What is the same for all boots: whether there is QEMU, and what runs its guests; KVM is tried
 * with the first cell, and what came of that is to be kept by kvm_remember(). Returns 0, or -1
 * after telling on stderr what is wrong.
 */
int study_machine_choose(const struct study *s, enum accel *accel, struct kvm *kvm);

/*
 * All zero: nothing is known yet. Only boots of this process count, so that one that was mended is
 * tried again.
 */
struct study_node {
	uint64_t vain; /* boots in a row for which the node is to blame */
	bool is_given_up;
};

/*
 * Counts a boot of a node, behind study_count(). It is given up once it is to blame (queue.h) as
 * often in a row as the plan tries. Returns true where that is so from now on.
 */
bool study_node_judge(struct study_node *node, const struct study *s,
		      const struct study_line *line);

#endif
