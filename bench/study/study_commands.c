/* SPDX-License-Identifier: MIT */
#include "study/study_commands.h"

#include <err.h>

static bool
has_several(const struct study *s, size_t experiment)
{
	for (size_t i = 0; i < s->cells.count; i++)
		if (s->without_values[i] && s->cells.at[i].items[PLAN_EXPERIMENTS] == experiment)
			return true;
	return false;
}

void
study_commands_print(const struct study *s, const char *before, FILE *stream)
{
	for (size_t i = 0; i < s->plan.lists[PLAN_EXPERIMENTS].count; i++)
		if (has_several(s, i))
			fprintf(stream,
				"%s%s: no values are kept: the experiment has several commands, "
				"whose values would be "
				"pooled\n",
				before, s->plan.lists[PLAN_EXPERIMENTS].at[i].label);
}

/* Refuses a line of the plan that needs the values of such an experiment. */
static int
refuse_line(const struct study *s, const char *name, size_t line, const char *key)
{
	for (size_t i = 0; i < s->plan.lists[PLAN_EXPERIMENTS].count && line > 0; i++) {
		if (!has_several(s, i))
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
	if (refuse_line(s, name, s->plan.precision_line, "precision") != 0 ||
	    refuse_line(s, name, s->plan.noisy_line, "noisy") != 0)
		return -1;
	study_commands_print(s, "bench: ", stderr);
	return 0;
}
