/* SPDX-License-Identifier: MIT */
/* All that is asked for, planned in the order that it needs. */
#ifndef LULL_PACKER_PLANNER_H
#define LULL_PACKER_PLANNER_H

struct apply;
struct experiments;
struct modules;
struct options;
struct plan;
struct source;

/* What was read, and where it is to be found. */
struct request {
	const struct options *options;
	const struct apply *manifests;
	const struct experiments *experiments;
	const struct source *source;
	struct modules *modules; /* with the kernel, where one was named */
};

/*
 * Plans everything. Returns 0 with the plan sorted, or -1, after a warning for each thing that is
 * missing; a signal (interrupt.h) needs none.
 */
int planner_run(struct plan *plan, const struct request *request);

#endif
