/* SPDX-License-Identifier: MIT */
#include "view/view_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"
#include "base/status.h"
#include "host/memory.h"
#include "host/rootfs.h"
#include "plan/print.h"
#include "view/view.h"

int
view_end(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	message_warn("cannot write to standard output");
	return FAILED;
}

void
view_print_path(const struct rootfs_entry *entry)
{
	print_name(stdout, entry->path[0] != '\0' ? entry->path : "/");
}

void
view_print_target(const struct rootfs_entry *entry)
{
	char *target = xasprintf("%.*s", (int)entry->file->size, (const char *)entry->file->data);

	print_name(stdout, target);
	free(target);
}
