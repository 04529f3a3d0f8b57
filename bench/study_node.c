/* SPDX-License-Identifier: MIT */
#include "study_node.h"

static bool
is_to_blame(const struct study *s, const struct study_line *line)
{
	size_t cell = cells_find(&s->cells, line->cell);

	if (line->outcome == OUTCOME_TARGET_FAILED)
		return true;
	return line->outcome == OUTCOME_NEVER_BOOTED && cell < s->cells.count &&
	       s->queue.kernels[s->cells.at[cell].items[PLAN_KERNELS]].came_up;
}

bool
study_node_judge(struct study_node *node, const struct study *s, const struct study_line *line)
{
	node->vain = is_to_blame(s, line) ? node->vain + 1 : 0;
	node->is_given_up = node->vain >= s->plan.tries;
	return node->is_given_up;
}
