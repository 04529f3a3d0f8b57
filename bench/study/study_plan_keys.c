/* SPDX-License-Identifier: MIT */
#include "study/study_plan_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "boot/boot_options.h"
#include "words.h"

enum { WORD_SHOWN = 64, PRECISION_MAX = 100 };

const char study_plan_no_memory[] = "cannot be kept: out of memory";
static const char quote[] = "has a quote that is not closed";

void
study_plan_tell_word(struct text *why, const char *word)
{
	escape_bytes(why, word, strnlen(word, WORD_SHOWN));
}

char *
study_plan_cut_word(char *value)
{
	char *end = value + strcspn(value, " \t\n");

	if (*end != '\0')
		*end++ = '\0';
	return end + strspn(end, " \t\n");
}

const char *
study_plan_why_not_words(void)
{
	return errno == EINVAL ? quote : study_plan_no_memory;
}

const char *
study_plan_set_noisy(struct study_plan *p, int which, char *value)
{
	char *rest = study_plan_cut_word(value);
	uint64_t max;

	(void)which;
	for (int i = 0; i < FIGURES; i++) {
		if (strcmp(result_figure_names[i], value) != 0)
			continue;
		if (text_parse_number(rest, UINT64_MAX, &max) != 0)
			return "needs the highest number that is allowed behind the figure";
		p->noise.has[i] = true;
		p->noise.max[i] = max;
		return NULL;
	}
	return "names no figure of a run: see `usage` in what bench boot --json prints";
}

const char *
study_plan_set_number(struct study_plan *p, int which, char *value)
{
	static const char seconds[] = "needs a whole number of seconds from 1 to 10000000";
	static const char count[] = "needs a whole number from 1 to 1000000";
	const struct {
		uint64_t *number, max;
		const char *why;
	} numbers[] = {
	    [PLAN_BOOTS] = {&p->boots, PLAN_BOOTS_MAX, count},
	    [PLAN_LIMIT] = {&p->limit, PLAN_BOOTS_MAX, count},
	    [PLAN_TRIES] = {&p->tries, PLAN_BOOTS_MAX, count},
	    [PLAN_TIMEOUT] = {&p->timeout_s, BOOT_TIMEOUT_MAX_S, seconds},
	    [PLAN_SILENCE] = {&p->silence_s, BOOT_TIMEOUT_MAX_S, seconds},
	    [PLAN_CONSOLE_LIMIT] = {&p->console_bytes, INT64_MAX, "needs a whole number of bytes"},
	    [PLAN_CPUS] = {&p->cpus, BOOT_CPUS_MAX, "needs a whole number from 1 to 255"},
	};
	uint64_t number;

	if (text_parse_number(value, numbers[which].max, &number) != 0 || number == 0)
		return numbers[which].why;
	*numbers[which].number = number;
	return NULL;
}

const char *
study_plan_set_precision(struct study_plan *p, int which, char *value)
{
	char *of = study_plan_cut_word(value), *end;
	size_t length = strlen(value);

	(void)which;
	if (length > 0 && value[length - 1] == '%')
		value[--length] = '\0';
	double percent = strtod(value, &end);
	if (length == 0 || strspn(value, "0123456789.") != length || *end != '\0' || !(percent > 0) ||
	    percent > PRECISION_MAX)
		return "needs a percentage above 0 and at most 100 first";
	if (*of == '\0' || *study_plan_cut_word(of) != '\0')
		return "needs one name behind the percentage: of a sample, or of a figure as wall_ns";
	p->precision = percent / 100;
	p->precision_of = strdup(of);
	return p->precision_of == NULL ? study_plan_no_memory : NULL;
}

const char *
study_plan_set_seed(struct study_plan *p, int which, char *value)
{
	(void)which;
	if (text_parse_number(value, PLAN_SEED_MAX, &p->seed) != 0)
		return "needs a whole number from 0 to 9007199254740991";
	p->has_seed = true;
	return NULL;
}

const char *
study_plan_set_memory(struct study_plan *p, int which, char *value)
{
	(void)which;
	return boot_options_memory(value, &p->memory_mib) == 0 ? NULL : "needs MiB, or a number with M or G";
}

const char *
study_plan_set_exact(struct study_plan *p, int which, char *value)
{
	(void)which;
	p->exact = strcmp(value, "yes") == 0;
	return p->exact || strcmp(value, "no") == 0 ? NULL : "is yes or no";
}

const char *const study_plan_settings[PLAN_SETTINGS] = {
    [PLAN_QEMU] = "qemu",
    [PLAN_MACHINE] = "machine",
    [PLAN_FIRMWARE] = "firmware",
    [PLAN_CONSOLE] = "console",
    [PLAN_TTY] = "tty",
    [PLAN_TARGET] = "target",
    [PLAN_BOOT_COMMAND] = "boot-command",
    [PLAN_POWER_ON] = "power-on",
    [PLAN_POWER_OFF] = "power-off",
    [PLAN_POWER_CYCLE] = "power-cycle",
};

const char *
study_plan_set_node(struct study_plan *p, int which, char *value)
{
	(void)which;
	if (!study_plan_is_label(value))
		return *value == '\0' ? "needs a label" : study_plan_no_label;
	for (size_t i = 0; i < p->node_count; i++)
		if (strcmp(p->nodes[i].label, value) == 0)
			return "has a label that another one has already";
	if (p->node_count == PLAN_NODES_MAX)
		return "repeats more than 256 times";
	struct plan_node *more = realloc(p->nodes, (p->node_count + 1) * sizeof(*more));
	char *label = strdup(value);
	if (more != NULL)
		p->nodes = more;
	if (more == NULL || label == NULL) {
		free(label);
		return study_plan_no_memory;
	}
	p->nodes[p->node_count++] = (struct plan_node){.label = label};
	return NULL;
}

const char *
study_plan_set_setting(struct study_plan *p, int which, char *value)
{
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	struct target_options target = {0};
	const char *why = NULL;
	char **words = words_split(value);

	if (words == NULL)
		return study_plan_why_not_words();
	study_plan_tell_word(&problem, value);
	text_string(&problem, ": ");
	if (words[0] == NULL)
		why = "needs a value";
	else if (p->node_count > 0 && which < PLAN_CONSOLE)
		why = "is for QEMU, not for a node";
	/* A firmware's file is looked for when the study begins, which keeps a copy of it. */
	else if (which != PLAN_QEMU && which != PLAN_FIRMWARE &&
		 target_options_set(&target, study_plan_settings[which], value, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	target_options_free(&target);
	free(words);
	if (why != NULL)
		return why;
	char **place = p->node_count > 0 ? &p->nodes[p->node_count - 1].settings[which] : &p->settings[which];
	*place = strdup(value);
	return *place == NULL ? study_plan_no_memory : NULL;
}
