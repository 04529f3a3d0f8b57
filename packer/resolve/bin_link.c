/* SPDX-License-Identifier: MIT */
#include "resolve/bin_link.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "host/memory.h"
#include "plan/names.h"
#include "plan/source.h"

/* Check the directory's name, then its target. */
bool
bin_link_is_needless(const struct source *source, const struct plan *plan, const char *path)
{
	char *directory = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	struct source_found found;
	bool is = names_is_usual(directory);

	if (!is && source_find(source, plan, directory, &found) == 0) {
		is = names_is_usual(found.path);
		source_release(&found);
	}
	free(directory);
	return is;
}

/* Whether the entry planned at `path` already leads to `target`. */
static bool
leads_there(const struct source *source, const struct plan *plan, const char *path,
	    const char *target)
{
	struct source_found found;

	if (plan_find(plan, path) == NULL || source_find(source, plan, path, &found) != 0)
		return false;
	bool does = strcmp(found.path, target) == 0;
	source_release(&found);
	return does;
}

int
bin_link_add(const struct source *source, struct plan *plan, const char *path, const char *target,
	     struct plan_why why)
{
	char *name = xasprintf("/bin%s", strrchr(path, '/'));
	char *located = plan_locate(plan, name);
	const struct plan_entry wanted = {.path = located,
					  .type = PLAN_LINK,
					  .rank = PLAN_GIVEN,
					  .mode = 0777,
					  .content = target};
	int result = 0;

	plan->differs = true;
	if (located == NULL ||
	    (!leads_there(source, plan, located, target) &&
	     (plan_add_parents(plan, located, why) != 0 || plan_add(plan, &wanted, why) == NULL))) {
		message_warnx("cannot link %s to %s: something else is planned there", name,
			      target);
		result = -1;
	}
	free(located);
	free(name);
	return result;
}
