/* SPDX-License-Identifier: MIT */
/* One machine of several of a study: whether it is still of use. */
#ifndef BENCH_STUDY_NODE_H
#define BENCH_STUDY_NODE_H

#include "study/study.h"

/* All zero: nothing is known yet. Only boots of this process count, so that one that was mended is tried again. */
struct study_node {
	uint64_t vain; /* boots in a row for which the node is to blame */
	bool is_given_up;
};

/*
 * Counts a boot of a node, behind study_count(). It is given up once it is to blame (queue.h) as often in a row as the
 * plan tries. Returns true where that is so from now on.
 */
bool study_node_judge(struct study_node *node, const struct study *s, const struct study_line *line);

#endif
