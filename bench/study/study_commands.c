/* SPDX-License-Identifier: MIT */
#include "study/study_commands.h"

#include <err.h>
#include <string.h>

static bool
has_several_commands(const struct study *s, size_t experiment)
{
	for (size_t i = 0; i < s->cells.count; i++)
		if (s->has_several_commands[i] &&
		    s->cells.at[i].items[PLAN_EXPERIMENTS] == experiment)
			return true;
	return false;
}

/* Refuses a line of the plan that needs the values of such an experiment. */
static int
refuse_line(const struct study *s, const char *name, size_t line, const char *key)
{
	for (size_t i = 0; i < s->plan.lists[PLAN_EXPERIMENTS].count && line > 0; i++) {
		if (!has_several_commands(s, i))
			continue;
		warnx("%s:%zu: %s: experiment %s has several commands, whose values would be "
		      "pooled; make each an "
		      "experiment",
		      name, line, key, s->plan.lists[PLAN_EXPERIMENTS].at[i].label);
		return -1;
	}
	return 0;
}

int
study_commands_check(const struct study *s, const char *name)
{
	/* COMMAND:NAME is one number. */
	bool is_one = s->plan.precision_of != NULL && strchr(s->plan.precision_of, ':') != NULL;

	if ((!is_one && refuse_line(s, name, s->plan.precision_line, "precision") != 0) ||
	    refuse_line(s, name, s->plan.noisy_line, "noisy") != 0)
		return -1;
	return 0;
}
