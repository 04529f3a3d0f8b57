/* SPDX-License-Identifier: MIT */
/* Plans all requested items in an order in which each finds what it depends on. */
#ifndef LULL_PACKER_PLANNER_H
#define LULL_PACKER_PLANNER_H

struct manifests;
struct experiments;
struct modules;
struct options;
struct plan;
struct source;

/* What the user requested, and where packer reads files from. */
struct request {
	const struct options *options;
	const struct manifests *manifests;
	const struct experiments *experiments;
	const struct source *source;
	struct modules *modules; /* with the kernel, if one was named */
};

/*
 * Plans everything. Returns 0 with the plan sorted; or -1 after a warning for each missing item, or
 * without a warning after a signal (interrupt.h).
 */
int planner_run(struct plan *plan, const struct request *request);

#endif
