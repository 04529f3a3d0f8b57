/* SPDX-License-Identifier: MIT */
#include "console/noise.h"

bool
noise_find(struct noise *noise, const struct result *r, const struct noise_limits *limits)
{
	for (size_t i = 0; i < r->run_count; i++) {
		const struct result_exit *x = &r->runs[i].exit;
		for (int figure = 0; figure < FIGURES && !r->runs[i].warmup; figure++)
			if (limits->has[figure] && x->has[figure] && x->figures[figure] > limits->max[figure]) {
				*noise = (struct noise){&r->runs[i], (enum result_figure)figure, limits->max[figure]};
				return true;
			}
	}
	return false;
}
