/* SPDX-License-Identifier: MIT */
#include "plan/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "host/memory.h"
#include "plan/plan.h"

/* Returns the entry at `path`, or at the nearest planned path above it, or NULL. */
static const struct plan_entry *
find_nearest(const struct plan *plan, const char *path)
{
	char *at = xstrdup(path), *slash;
	const struct plan_entry *there = plan_find(plan, at);

	while (there == NULL && (slash = strrchr(at, '/')) != NULL) {
		*slash = '\0';
		there = plan_find(plan, at);
	}
	free(at);
	return there;
}

int
conflict_report(const struct plan *plan, const char *what, const char *path)
{
	const struct plan_entry *there = find_nearest(plan, path);
	const struct plan_why why = there != NULL && there->reasons != NULL
					? there->reasons->why
					: (struct plan_why){"", ""};

	message_warnx("cannot put %s at %s: something else is planned there: %s%s%s", what, path,
		      why.what, why.of[0] != '\0' ? " " : "", why.of);
	return -1;
}
