/* SPDX-License-Identifier: MIT */
/*
 * Firmware that drivers request by name, in the kernel's search order
 * (Documentation/driver-api/firmware/fw_search_path.rst): updates/RELEASE, updates, RELEASE, and
 * lib/firmware itself. Compressed files are unpacked, so the kernel does not need
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
};

/*
 * Plans the files that match the name or glob `name`, and links to them. Returns 0, also if none
 * exists, or -1 after a warning.
 */
int firmware_add(struct firmware *firmware, const char *name, struct plan_why why);

#endif
