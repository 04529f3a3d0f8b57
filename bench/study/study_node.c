/* SPDX-License-Identifier: MIT */
#include "study/study_node.h"

bool
study_node_judge(struct study_node *node, const struct study *s, const struct study_line *line)
{
	const struct queue_boot boot = {
	    .cell = cells_find(&s->cells, line->cell), .block = line->block, .outcome = line->outcome};

	node->vain = boot.cell < s->cells.count && queue_blames_machine(&s->queue, &boot) ? node->vain + 1 : 0;
	node->is_given_up = node->vain >= s->plan.tries;
	return node->is_given_up;
}
