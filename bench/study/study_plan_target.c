/* SPDX-License-Identifier: MIT */
/* What a plan says of the machines: one, or nodes. */
#include "study/study_plan_keys.h"

#include <string.h>

const char *
study_plan_setting(const struct study_plan *p, size_t node, enum plan_setting setting)
{
	const char *own = node < p->node_count ? p->nodes[node].settings[setting] : NULL;

	return own != NULL ? own : p->settings[setting];
}

int
study_plan_target(const struct study_plan *p, size_t node, struct target_options *target, struct text *problem)
{
	const char *qemu_option = p->exact			       ? "exact"
				  : p->settings[PLAN_QEMU] != NULL     ? "qemu"
				  : p->settings[PLAN_MACHINE] != NULL  ? "machine"
				  : p->settings[PLAN_FIRMWARE] != NULL ? "firmware"
				  : p->memory_mib > 0		       ? "memory"
				  : p->cpus > 0			       ? "cpus"
								       : NULL;

	*target = (struct target_options){0};
	for (enum plan_setting i = PLAN_QEMU + 1; i < PLAN_SETTINGS; i++) {
		const char *value = study_plan_setting(p, node, i);
		if (value != NULL && i != PLAN_FIRMWARE &&
		    target_options_set(target, study_plan_settings[i], value, problem) != 0)
			return -1;
	}
	return target_options_check(target, p->exact, qemu_option, problem);
}

static bool
is_same_word(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool
are_same_words(char *const *a, char *const *b)
{
	if (a == NULL || b == NULL)
		return false;
	for (; *a != NULL && *b != NULL && strcmp(*a, *b) == 0; a++, b++)
		continue;
	return *a == *b; /* both NULL */
}

/* Whether a node is a machine, and another one than those before it. */
static int
check_node(const struct study_plan *p, size_t node, const struct laboratory *l, struct text *problem)
{
	if (l->console == NULL && l->tty == NULL) {
		text_string(problem, "this needs a console or a tty");
		return -1;
	}
	for (size_t i = 0; i < node; i++) {
		struct target_options other;
		const struct laboratory *o = &other.laboratory;
		bool is_same = study_plan_target(p, i, &other, problem) != 0 || is_same_word(l->tty, o->tty) ||
			       are_same_words(l->console, o->console) ||
			       (other.has_target && are_same_words(l->boot, o->boot));
		target_options_free(&other);
		if (!is_same)
			continue;
		text_string(problem, "this has the console, tty or target of node ");
		text_string(problem, p->nodes[i].label);
		return -1;
	}
	return 0;
}

static int
check_target(const struct study_plan *p, size_t node, const char *name, struct text *problem)
{
	struct target_options target;

	text_string(problem, name);
	text_string(problem, ": ");
	if (p->node_count > 0) {
		text_string(problem, "node ");
		text_string(problem, p->nodes[node].label);
		text_string(problem, ": ");
	}
	int result = study_plan_target(p, node, &target, problem);
	if (result == 0 && p->node_count > 0)
		result = check_node(p, node, &target.laboratory, problem);
	if (result == 0)
		problem->used = 0;
	target_options_free(&target);
	return result;
}

int
study_plan_check_targets(const struct study_plan *p, const char *name, struct text *problem)
{
	size_t node = 0;

	do
		if (check_target(p, node, name, problem) != 0)
			return -1;
	while (++node < p->node_count);
	return 0;
}
