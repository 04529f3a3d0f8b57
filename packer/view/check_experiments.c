/* SPDX-License-Identifier: MIT */
#include "view/check_experiments.h"

#include <err.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "host/rootfs.h"
#include "input/experiments.h"
#include "resolve/closure.h"
#include "text.h"

static void
check_one(const struct rootfs_entry *entry, struct closure *closure)
{
	struct experiment experiment = experiment_default();
	char why[PATH_MAX + 600];
	struct text problem = text_in(why, sizeof(why) - 1);

	if (experiment_read_file(&experiment, entry->path, (const char *)entry->file->data,
				 entry->file->size, &problem) != 0) {
		why[problem.used] = '\0';
		warnx("%s", why);
	} else {
		experiments_give(&experiment, closure, closure->source);
	}
	experiment_free(&experiment);
}

void
check_experiments(const struct rootfs *rootfs, struct closure *closure)
{
	static const char folder[] = EXPERIMENT_FOLDER "/";

	for (size_t i = 0; i < rootfs->count; i++) {
		const struct rootfs_entry *entry = rootfs->entries[i];
		if (strncmp(entry->path, folder, strlen(folder)) == 0 && S_ISREG(entry->file->mode))
			check_one(entry, closure);
	}
}
