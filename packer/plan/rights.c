/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/message.h"

static void
report_dropped(const struct plan_entry *entry)
{
	bool is_user = (entry->dropped & S_ISUID) != 0;

	message_warnx(
	    "note: %s is packed without its set-%s-ID bit: %s %u may differ on other systems; set "
	    "its mode and owner in a manifest: file %s mode=%04o owner=UID:GID",
	    entry->path, is_user ? "user" : "group", is_user ? "user" : "group",
	    is_user ? entry->stat.st_uid : entry->stat.st_gid, entry->source,
	    entry->mode | entry->dropped);
}

static void
report_capabilities(const struct plan_entry *entry)
{
	if (getxattr(entry->source, "security.capability", NULL, 0) <= 0)
		return;
	message_warnx(
	    "note: %s has file capabilities, which the archive cannot hold: users other than root "
	    "will run it without them; to make it set-user-ID root, use a manifest: file %s "
	    "mode=4755",
	    entry->path, entry->source);
}

void
rights_report(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = plan->entries[i];
		/* A mode that a manifest sets is intended. */
		if (entry->type != PLAN_FILE || entry->source == NULL || entry->mode_line != NULL)
			continue;
		if (entry->dropped != 0)
			report_dropped(entry);
		if ((entry->mode & 0111) != 0 && (entry->mode & S_ISUID) == 0)
			report_capabilities(entry);
	}
}
