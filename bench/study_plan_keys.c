/* SPDX-License-Identifier: MIT */
#include "study_plan_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_options.h"
#include "escape.h"
#include "kernel_line.h"
#include "words.h"

enum { WORD_SHOWN = 64, PRECISION_MAX = 100 };

static const char memory[] = "cannot be kept: out of memory";
static const char quote[] = "has a quote that is not closed";

void
study_plan_tell_word(struct text *why, const char *word)
{
	escape_bytes(why, word, strnlen(word, WORD_SHOWN));
}

/* Cuts the first word, which needs no quotes, off the value. Returns what is behind it, without blanks in front. */
static char *
cut_word(char *value)
{
	char *end = value + strcspn(value, " \t\n");

	if (*end != '\0')
		*end++ = '\0';
	return end + strspn(end, " \t\n");
}

static bool
is_label(const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	size_t length = strlen(word);

	return length > 0 && length <= PLAN_LABEL_MAX && strspn(word, allowed) == length;
}

static const char *
check_label(const struct plan_list *list, const char *label)
{
	if (*label == '\0')
		return "needs a label first";
	if (!is_label(label))
		return "has a label that is none: 1 to 64 of a-z A-Z 0-9 . _ + -";
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->at[i].label, label) == 0)
			return "has a label that another one has already";
	return NULL;
}

/* Adds an item; the strings are copied, `words` becomes its own in any case. */
static const char *
add_item(struct plan_list *list, const char *label, const char *text, const char *config, char **words)
{
	struct plan_item item = {
	    label != NULL ? strdup(label) : NULL,
	    text != NULL ? strdup(text) : NULL,
	    config != NULL ? strdup(config) : NULL,
	    words,
	};
	struct plan_item *more = NULL;

	if ((label == NULL || item.label != NULL) && (text == NULL || item.text != NULL) &&
	    (config == NULL || item.config != NULL))
		more = realloc(list->at, (list->count + 1) * sizeof(*more));
	if (more == NULL) {
		free(item.label);
		free(item.text);
		free(item.config);
		free(words);
		return memory;
	}
	list->at = more;
	list->at[list->count++] = item;
	return NULL;
}

static const char *
why_not_words(void)
{
	return errno == EINVAL ? quote : memory;
}

/* Files: one, or with `more` two. */
static const char *
set_files(struct plan_list *list, char *value, bool more)
{
	char *rest = cut_word(value);
	const char *why = check_label(list, value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return why_not_words();
	size_t count = words_count(words);
	if (count < 1 || words[0][0] == '\0')
		why = "needs a file behind the label";
	else if (count > (more ? 2 : 1))
		why = "has too many words: quote a name that holds blanks";
	else
		why = add_item(list, value, words[0], count > 1 ? words[1] : NULL, NULL);
	free(words);
	return why;
}

const char *
study_plan_set_kernel(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, true);
}

const char *
study_plan_set_file(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, false);
}

const char *
study_plan_set_words(struct study_plan *p, int which, char *value)
{
	char *rest = cut_word(value);
	const char *why = check_label(&p->lists[which], value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return why_not_words();
	if (words[0] == NULL) {
		free(words);
		return "needs words behind the label";
	}
	return add_item(&p->lists[which], value, NULL, NULL, words);
}

const char *
study_plan_set_args(struct study_plan *p, int which, char *value)
{
	struct experiment e = experiment_default();
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	char *rest = cut_word(value);
	const char *why = check_label(&p->lists[which], value);

	if (why == NULL && kernel_line_check(rest, &e, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	experiment_free(&e);
	return why != NULL ? why : add_item(&p->lists[which], value, rest, NULL, NULL);
}

const char *
study_plan_set_experiment(struct study_plan *p, int which, char *value)
{
	char *label = cut_word(value);

	if (*label == '\0')
		label = value;
	else if (*cut_word(label) != '\0')
		return "has too many words: give NAME and, if it is to be another, LABEL";
	if (!is_label(value))
		return "needs the name of an experiment in the images";
	const char *why = check_label(&p->lists[which], label);
	return why != NULL ? why : add_item(&p->lists[which], label, value, NULL, NULL);
}

const char *
study_plan_set_twice(struct study_plan *p, int which, char *value)
{
	(void)which;
	return *value == '\0' ? "needs a pattern of cells' names" : add_item(&p->twice, NULL, value, NULL, NULL);
}

const char *
study_plan_set_noisy(struct study_plan *p, int which, char *value)
{
	char *rest = cut_word(value);
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
	char *of = cut_word(value), *end;
	size_t length = strlen(value);

	(void)which;
	if (length > 0 && value[length - 1] == '%')
		value[--length] = '\0';
	double percent = strtod(value, &end);
	if (length == 0 || strspn(value, "0123456789.") != length || *end != '\0' || !(percent > 0) ||
	    percent > PRECISION_MAX)
		return "needs a percentage above 0 and at most 100 first";
	if (*of == '\0' || *cut_word(of) != '\0')
		return "needs one name behind the percentage: of a sample, or of a figure as wall_ns";
	p->precision = percent / 100;
	p->precision_of = strdup(of);
	return p->precision_of == NULL ? memory : NULL;
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
    [PLAN_BOOT_COMMAND] = "boot-command",
    [PLAN_POWER_ON] = "power-on",
    [PLAN_POWER_OFF] = "power-off",
    [PLAN_POWER_CYCLE] = "power-cycle",
};

const char *
study_plan_set_setting(struct study_plan *p, int which, char *value)
{
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	struct target_options target = {0};
	const char *why = NULL;
	char **words = words_split(value);

	if (words == NULL)
		return why_not_words();
	if (words[0] == NULL)
		why = "needs a value";
	else if (which != PLAN_QEMU && target_options_set(&target, study_plan_settings[which], value, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	target_options_free(&target);
	free(words);
	if (why != NULL)
		return why;
	p->settings[which] = strdup(value);
	return p->settings[which] == NULL ? memory : NULL;
}
