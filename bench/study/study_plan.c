/* SPDX-License-Identifier: MIT */
#include "study/study_plan.h"

#include <stdlib.h>
#include <string.h>

#include "key_lines.h"
#include "nearest.h"
#include "study/study_plan_keys.h"

enum { BOOTS_DEFAULT = 10, TRIES_DEFAULT = 3, LIMIT_TIMES = 2, LIMIT_TIMES_PRECISION = 10 };

enum { REPEATS = 1, COUNTS = 2 };

static const struct {
	const char *name;
	int how; /* REPEATS; COUNTS: how many boots, on which the results do not depend */
	const char *(*set)(struct study_plan *p, int which, char *value);
	int which;
} keys[] = {
    {"kernel", REPEATS, study_plan_set_kernel, PLAN_KERNELS},
    {"image", REPEATS, study_plan_set_file, PLAN_IMAGES},
    {"pack", REPEATS, study_plan_set_words, PLAN_IMAGES},
    {"args", REPEATS, study_plan_set_args, PLAN_ARGS},
    {"experiment", REPEATS, study_plan_set_experiment, PLAN_EXPERIMENTS},
    {"run", REPEATS, study_plan_set_words, PLAN_EXPERIMENTS},
    {"twice", REPEATS, study_plan_set_twice, 0},
    {"noisy", REPEATS, study_plan_set_noisy, 0},
    {"node", REPEATS, study_plan_set_node, 0},
    {"boots", COUNTS, study_plan_set_number, PLAN_BOOTS},
    {"precision", COUNTS, study_plan_set_precision, 0},
    {"limit", COUNTS, study_plan_set_number, PLAN_LIMIT},
    {"tries", COUNTS, study_plan_set_number, PLAN_TRIES},
    {"seed", 0, study_plan_set_seed, 0},
    {"timeout", 0, study_plan_set_number, PLAN_TIMEOUT},
    {"silence", 0, study_plan_set_number, PLAN_SILENCE},
    {"console-limit", 0, study_plan_set_number, PLAN_CONSOLE_LIMIT},
    {"cpus", 0, study_plan_set_number, PLAN_CPUS},
    {"memory", 0, study_plan_set_memory, 0},
    {"exact", 0, study_plan_set_exact, 0},
    {"machine", 0, study_plan_set_setting, PLAN_MACHINE},
    {"firmware", 0, study_plan_set_setting, PLAN_FIRMWARE},
    {"qemu", 0, study_plan_set_setting, PLAN_QEMU},
    {"console", 0, study_plan_set_setting, PLAN_CONSOLE},
    {"tty", 0, study_plan_set_setting, PLAN_TTY},
    {"target", 0, study_plan_set_setting, PLAN_TARGET},
    {"power-on", 0, study_plan_set_setting, PLAN_POWER_ON},
    {"power-off", 0, study_plan_set_setting, PLAN_POWER_OFF},
    {"power-cycle", 0, study_plan_set_setting, PLAN_POWER_CYCLE},
    {"boot-command", 0, study_plan_set_setting, PLAN_BOOT_COMMAND},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void
tell_unknown(const char *key, struct text *why)
{
	const char *known[KEYS + 1] = {NULL};

	for (size_t i = 0; i < KEYS; i++)
		known[i] = keys[i].name;
	const char *nearest = nearest_word(key, known);
	study_plan_tell_word(why, key);
	text_string(why, ": there is no such key");
	if (nearest != NULL) {
		text_string(why, "; did you mean ");
		text_string(why, nearest);
		text_char(why, '?');
	}
}

/* Each node may have its own. */
static void
forget_settings(struct study_plan *p)
{
	for (size_t i = 0; i < KEYS; i++)
		if (keys[i].set == study_plan_set_setting)
			p->seen &= ~(UINT64_C(1) << i);
}

static int
take_line(void *context, size_t line, char *key, char *value, struct text *why)
{
	struct study_plan *p = context;
	const char *mistake = NULL;
	size_t i = 0;

	while (i < KEYS && strcmp(keys[i].name, key) != 0)
		i++;
	if (i == KEYS) {
		tell_unknown(key, why);
		return -1;
	}
	/* Of a node what stands for it stays; its line may be another, or mended. */
	if ((keys[i].how & COUNTS) == 0 && (p->node_count == 0 || keys[i].set != study_plan_set_setting)) {
		sha256_add(&p->hash, key, strlen(key) + 1);
		sha256_add(&p->hash, value, strlen(value) + 1);
	}
	if ((keys[i].how & REPEATS) == 0 && (p->seen & UINT64_C(1) << i) != 0)
		mistake = "is set twice";
	p->seen |= UINT64_C(1) << i;
	if (mistake == NULL)
		mistake = keys[i].set(p, keys[i].which, value);
	if (mistake == NULL && keys[i].set == study_plan_set_node)
		forget_settings(p);
	if (keys[i].set == study_plan_set_precision)
		p->precision_line = line;
	if (keys[i].set == study_plan_set_noisy && p->noisy_line == 0)
		p->noisy_line = line;
	if (mistake == NULL)
		return 0;
	text_string(why, key);
	text_char(why, ' ');
	text_string(why, mistake);
	return -1;
}

/* What no single line can tell. */
static const char *
check_whole(struct study_plan *p)
{
	size_t cells = 1;

	if (p->lists[PLAN_KERNELS].count == 0)
		return "no kernel: give a line `kernel LABEL FILE`";
	if (p->lists[PLAN_IMAGES].count == 0)
		return "no image: give a line `image LABEL FILE` or `pack LABEL ARGUMENT...`";
	if (p->lists[PLAN_EXPERIMENTS].count == 0)
		return "nothing to run: give a line `experiment NAME` or `run LABEL COMMAND...`";
	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		if (p->lists[i].count > 0 && (cells *= p->lists[i].count) > PLAN_CELLS_MAX)
			return "more than 100000 combinations";
	if (p->limit != 0 && p->limit < p->boots)
		return "`limit` is lower than `boots`";
	if (p->exact && p->settings[PLAN_FIRMWARE] != NULL)
		return "exact boots repeat with QEMU's own firmware alone";
	if (p->settings[PLAN_FIRMWARE] != NULL && strcmp(p->settings[PLAN_FIRMWARE], "ovmf") == 0 &&
	    p->settings[PLAN_MACHINE] != NULL && strcmp(p->settings[PLAN_MACHINE], "microvm") == 0)
		return "microvm cannot boot by ovmf";
	if (p->exact && p->cpus > 1)
		return "exact mode needs one processor: it cannot repeat exactly with more `cpus`";
	return NULL;
}

static int
tell_whole(struct text *problem, const char *name, const char *mistake)
{
	text_string(problem, name);
	text_string(problem, ": ");
	text_string(problem, mistake);
	return -1;
}

int
study_plan_read(struct study_plan *p, const char *name, const char *text, size_t length, struct text *problem)
{
	static char none[] = "none";

	*p = (struct study_plan){.boots = BOOTS_DEFAULT, .tries = TRIES_DEFAULT};
	sha256_start(&p->hash);
	if (key_lines_read(name, text, length, take_line, p, problem) != 0)
		return -1;
	const char *mistake = check_whole(p);
	if (mistake == NULL && study_plan_check_targets(p, name, problem) != 0)
		return -1;
	if (mistake == NULL && p->lists[PLAN_ARGS].count == 0)
		mistake = study_plan_set_args(p, PLAN_ARGS, none);
	if (mistake != NULL)
		return tell_whole(problem, name, mistake);
	if (p->limit == 0)
		p->limit = p->boots * (p->precision > 0 ? LIMIT_TIMES_PRECISION : LIMIT_TIMES);
	sha256_finish(&p->hash, p->identity);
	return 0;
}

static void
free_list(struct plan_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->at[i].label);
		free(list->at[i].text);
		free(list->at[i].config);
		free(list->at[i].words);
	}
	free(list->at);
	*list = (struct plan_list){NULL, 0};
}

void
study_plan_free(struct study_plan *p)
{
	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		free_list(&p->lists[i]);
	free_list(&p->twice);
	for (int i = 0; i < PLAN_SETTINGS; i++) {
		free(p->settings[i]);
		p->settings[i] = NULL;
		for (size_t node = 0; node < p->node_count; node++)
			free(p->nodes[node].settings[i]);
	}
	for (size_t node = 0; node < p->node_count; node++)
		free(p->nodes[node].label);
	free(p->nodes);
	p->nodes = NULL;
	p->node_count = 0;
	free(p->precision_of);
	p->precision_of = NULL;
}
