/* SPDX-License-Identifier: MIT */
/*
 * Firmware that drivers ask for by name, from where the kernel would take it
 * (Documentation/driver-api/firmware/ fw_search_path.rst): updates/RELEASE, updates, RELEASE, and
 * lib/firmware itself. What is compressed is unpacked, so the kernel needs no
 * CONFIG_FW_LOADER_COMPRESS.
 */
#ifndef LULL_PACKER_FIRMWARE_H
#define LULL_PACKER_FIRMWARE_H

#include "plan/plan.h"

struct kernel;
struct source;

struct firmware {
	struct plan *plan;
	const struct source *source;
	const struct kernel *kernel;
	size_t missing; /* names that were not found: drivers name the files of every device that
			   they know */
};

/*
 * Plans the files of the name or glob `name`, with links on the way. Returns 0, also where there is
 * none, or -1 after a warning.
 */
int firmware_add(struct firmware *firmware, const char *name, struct plan_why why);

#endif
