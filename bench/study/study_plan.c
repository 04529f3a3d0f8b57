/* SPDX-License-Identifier: MIT */
#include "study/study_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "boot/boot_options.h"
#include "boot/kernel_line.h"
#include "boot/layout.h"
#include "key_lines.h"
#include "nearest.h"
#include "study/scan.h"
#include "words.h"

/* The numbers that study_plan_set_number() sets. */
enum {
	PLAN_BOOTS,
	PLAN_LIMIT,
	PLAN_TRIES,
	PLAN_TIMEOUT,
	PLAN_SILENCE,
	PLAN_CONSOLE_LIMIT,
	PLAN_CPUS,
	PLAN_LAYOUTS,
};

static bool study_plan_is_label(const char *word);

/*
 * The keys of a plan. Each function sets one key, and may modify `value`. They return NULL, or the
 * error, to be printed after the key.
 */

enum { WORD_SHOWN = 64, PRECISION_MAX = 100 };

static const char no_label[] = "has an invalid label: use 1 to 64 of a-z A-Z 0-9 . _ + -";
static const char no_memory[] = "cannot be kept: out of memory";
static const char quote[] = "has a quote that is not closed";

/* Appends a word of the plan, escaped. */
static void
append_plan_word(struct text *why, const char *word)
{
	escape_bytes(why, word, strnlen(word, WORD_SHOWN));
}

/*
 * Cuts off the first word of the value, which has no quotes. Returns the rest without leading
 * blanks.
 */
static char *
study_plan_cut_word(char *value)
{
	char *end = value + strcspn(value, " \t\n");

	if (*end != '\0')
		*end++ = '\0';
	return end + strspn(end, " \t\n");
}

/* Why words_split() failed: an open quote, or no memory. */
static const char *
study_plan_why_not_words(void)
{
	return errno == EINVAL ? quote : no_memory;
}

static const char *
study_plan_set_noisy(struct study_plan *p, int which, char *value)
{
	char *rest = study_plan_cut_word(value);
	uint64_t max;

	(void)which;
	for (int i = 0; i < FIGURES; i++) {
		if (strcmp(result_figure_names[i], value) != 0)
			continue;
		if (text_parse_number(rest, UINT64_MAX, &max) != 0)
			return "needs the maximum after the figure";
		p->noise.has[i] = true;
		p->noise.max[i] = max;
		return NULL;
	}
	return "has an unknown figure: bench boot --json prints them in `usage`";
}

static const char *
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
	    [PLAN_LAYOUTS] = {&p->layouts, LAYOUTS_MAX, "needs a whole number from 1 to 32"},
	};
	uint64_t number;

	if (text_parse_number(value, numbers[which].max, &number) != 0 || number == 0)
		return numbers[which].why;
	*numbers[which].number = number;
	return NULL;
}

static const char *
study_plan_set_precision(struct study_plan *p, int which, char *value)
{
	char *of = study_plan_cut_word(value), *end;
	size_t length = strlen(value);

	(void)which;
	if (length > 0 && value[length - 1] == '%')
		value[--length] = '\0';
	double percent = strtod(value, &end);
	if (length == 0 || strspn(value, "0123456789.") != length || *end != '\0' ||
	    !(percent > 0) || percent > PRECISION_MAX)
		return "needs a percentage above 0 and at most 100 first";
	if (*of == '\0' || *study_plan_cut_word(of) != '\0')
		return "needs one name after the percentage: of a sample, or of a figure such as "
		       "wall_ns";
	p->precision = percent / 100;
	p->precision_of = strdup(of);
	return p->precision_of == NULL ? no_memory : NULL;
}

static const char *
study_plan_set_seed(struct study_plan *p, int which, char *value)
{
	(void)which;
	if (text_parse_number(value, PLAN_SEED_MAX, &p->seed) != 0)
		return "needs a whole number from 0 to 9007199254740991";
	p->has_seed = true;
	return NULL;
}

static const char *
study_plan_set_memory(struct study_plan *p, int which, char *value)
{
	(void)which;
	return boot_options_memory(value, &p->memory_mib) == 0
		   ? NULL
		   : "needs MiB, or a number with M or G";
}

static const char *
study_plan_set_exact(struct study_plan *p, int which, char *value)
{
	(void)which;
	p->exact = strcmp(value, "yes") == 0;
	return p->exact || strcmp(value, "no") == 0 ? NULL : "must be yes or no";
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

static const char *
study_plan_set_node(struct study_plan *p, int which, char *value)
{
	(void)which;
	if (!study_plan_is_label(value))
		return *value == '\0' ? "needs a label" : no_label;
	for (size_t i = 0; i < p->node_count; i++)
		if (strcmp(p->nodes[i].label, value) == 0)
			return "has a duplicate label";
	if (p->node_count == PLAN_NODES_MAX)
		return "repeats more than 256 times";
	struct plan_node *more = realloc(p->nodes, (p->node_count + 1) * sizeof(*more));
	char *label = strdup(value);
	if (more != NULL)
		p->nodes = more;
	if (more == NULL || label == NULL) {
		free(label);
		return no_memory;
	}
	p->nodes[p->node_count++] = (struct plan_node){.label = label};
	return NULL;
}

static const char *
study_plan_set_setting(struct study_plan *p, int which, char *value)
{
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	struct target_options target = {0};
	const char *why = NULL;
	char **words = words_split(value);

	if (words == NULL)
		return study_plan_why_not_words();
	append_plan_word(&problem, value);
	text_string(&problem, ": ");
	if (words[0] == NULL)
		why = "needs a value";
	else if (p->node_count > 0 && which < PLAN_CONSOLE)
		why = "is for QEMU, not for a node";
	/* A firmware's file is looked up when the study starts and keeps a copy of it. */
	else if (which != PLAN_QEMU && which != PLAN_FIRMWARE &&
		 target_options_set(&target, study_plan_settings[which], value, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	target_options_free(&target);
	free(words);
	if (why != NULL)
		return why;
	char **place =
	    p->node_count > 0 ? &p->nodes[p->node_count - 1].settings[which] : &p->settings[which];
	*place = strdup(value);
	return *place == NULL ? no_memory : NULL;
}

/* Keys of a plan that make lists: those to combine, and patterns. */

/* Whether a word is a valid label; no_label is the error if not. */
static bool
study_plan_is_label(const char *word)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	size_t length = strlen(word);

	return length > 0 && length <= PLAN_LABEL_MAX && strspn(word, allowed) == length;
}

static const char *
check_label(const struct plan_list *list, const char *label)
{
	if (*label == '\0')
		return "needs a label first";
	if (list->count == PLAN_LIST_MAX)
		return "has more than 10000 labels";
	if (!study_plan_is_label(label))
		return no_label;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->at[i].label, label) == 0)
			return "has a duplicate label";
	return NULL;
}

/* Adds an item. Copies the strings, and takes over `words` also on failure. */
static const char *
add_item(struct plan_list *list, const char *label, const char *text, const char *config,
	 char **words)
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
		return no_memory;
	}
	list->at = more;
	list->at[list->count++] = item;
	return NULL;
}

/* Sets one file, or up to two with `more`. */
static const char *
set_files(struct plan_list *list, char *value, bool more)
{
	char *rest = study_plan_cut_word(value);
	const char *why = check_label(list, value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return study_plan_why_not_words();
	size_t count = words_count(words);
	if (count < 1 || words[0][0] == '\0')
		why = "needs a file after the label";
	else if (count > (more ? 2 : 1))
		why = "has too many words: quote a name that contains blanks";
	else
		why = add_item(list, value, words[0], count > 1 ? words[1] : NULL, NULL);
	free(words);
	return why;
}

static const char *
study_plan_set_kernel(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, true);
}

static const char *
study_plan_set_file(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, false);
}

static const char *
study_plan_set_words(struct study_plan *p, int which, char *value)
{
	char *rest = study_plan_cut_word(value);
	const char *why = check_label(&p->lists[which], value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return study_plan_why_not_words();
	if (words[0] == NULL) {
		free(words);
		return "needs words after the label";
	}
	return add_item(&p->lists[which], value, NULL, NULL, words);
}

static const char *
add_args(struct plan_list *list, const char *label, const char *text)
{
	struct experiment e = experiment_default();
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	const char *why = check_label(list, label);

	if (why == NULL && kernel_line_check(text, &e, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	experiment_free(&e);
	return why != NULL ? why : add_item(list, label, text, NULL, NULL);
}

static const char *
study_plan_set_args(struct study_plan *p, int which, char *value)
{
	const char *text = study_plan_cut_word(value);

	return add_args(&p->lists[which], value, text);
}

/* A line `scan LABEL VALUES TEXT`. */
struct scan_line {
	struct plan_list *list;
	const char *label, *text;
};

static const char value_place[] = "{}";

/* Adds the arguments for one value of a scan. */
static const char *
add_scanned(void *context, const char *value)
{
	const struct scan_line *scan = context;
	char label[2 * PLAN_LABEL_MAX + 2], args[KERNEL_LINE_MAX + 1];
	struct text t = text_in(label, sizeof(label) - 1), a = text_in(args, sizeof(args) - 1);
	const char *at = scan->text, *place;

	text_string(&t, scan->label);
	text_char(&t, '-');
	text_string(&t, value);
	label[t.used] = '\0';
	for (; (place = strstr(at, value_place)) != NULL; at = place + strlen(value_place)) {
		text_bytes(&a, at, (size_t)(place - at));
		text_string(&a, value);
	}
	text_string(&a, at);
	args[a.used] = '\0';
	if (a.full)
		return "makes more than 2047 bytes of kernel arguments";
	return t.full ? no_label : add_args(scan->list, label, args);
}

static const char *
study_plan_set_scan(struct study_plan *p, int which, char *value)
{
	char *values = study_plan_cut_word(value);
	const struct scan_line scan = {&p->lists[which], value, study_plan_cut_word(values)};

	if (!study_plan_is_label(value))
		return *value == '\0' ? "needs a label first" : no_label;
	if (*values == '\0')
		return "needs values after the label, such as 1,2,8 or 1..10";
	if (strstr(scan.text, value_place) == NULL)
		return "needs kernel arguments with {} in place of the value";
	return scan_values(values, add_scanned, (void *)&scan);
}

static const char *
study_plan_set_experiment(struct study_plan *p, int which, char *value)
{
	char *label = study_plan_cut_word(value);

	if (*label == '\0')
		label = value;
	else if (*study_plan_cut_word(label) != '\0')
		return "has too many words: give NAME and an optional LABEL";
	if (!study_plan_is_label(value))
		return "needs the name of an experiment in the images";
	const char *why = check_label(&p->lists[which], label);
	return why != NULL ? why : add_item(&p->lists[which], label, value, NULL, NULL);
}

static const char *
study_plan_set_pattern(struct study_plan *p, int which, char *value)
{
	return *value == '\0' ? "needs a pattern of cells' names"
			      : add_item(&p->patterns[which], NULL, value, NULL, NULL);
}

/* The plan's entry for a measure, which is added if it is new; NULL: out of memory. */
static struct plan_measure *
entry_for_measure(struct study_plan *p, const char *name)
{
	for (size_t i = 0; i < p->measure_count; i++)
		if (strcmp(p->measures[i].name, name) == 0)
			return &p->measures[i];
	struct plan_measure *more =
	    reallocarray(p->measures, p->measure_count + 1, sizeof(*p->measures));
	char *copy = strdup(name);
	if (more != NULL)
		p->measures = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		return NULL;
	}
	p->measures[p->measure_count] = (struct plan_measure){.name = copy};
	return &p->measures[p->measure_count++];
}

enum { PLAN_MEASURE, PLAN_BETTER, PLAN_STATISTIC };

static const char *
study_plan_set_measure(struct study_plan *p, int which, char *value)
{
	char *name = which == PLAN_MEASURE ? value : study_plan_cut_word(value);
	struct boot_statistic statistic = {STATISTIC_MEDIAN, 0};
	bool lower = strcmp(value, "lower") == 0;

	if (which == PLAN_BETTER && !lower && strcmp(value, "higher") != 0)
		return "needs `lower` or `higher` first";
	if (which == PLAN_STATISTIC && !boot_statistic_parse(&statistic, value))
		return "needs median, min, mean or a quantile such as p99 first";
	if (*name == '\0' || *study_plan_cut_word(name) != '\0')
		return "needs one name: of a sample, or of a figure such as wall_ns";
	struct plan_measure *measure = entry_for_measure(p, name);
	if (measure == NULL)
		return no_memory;
	if (which == PLAN_MEASURE) {
		measure->is_chosen = p->has_chosen = true;
	} else if (which == PLAN_BETTER) {
		measure->better = lower ? DIRECTION_LOWER : DIRECTION_HIGHER;
	} else {
		measure->statistic = statistic;
		measure->has_statistic = true;
	}
	return NULL;
}

bool
study_plan_is_measure(const struct plan_measure *measure, uint64_t command, const char *name)
{
	char *end;
	bool is_of_command = strtoull(measure->name, &end, 10) == command && *end == ':';

	return strcmp(measure->name, name) == 0 || (is_of_command && strcmp(end + 1, name) == 0);
}

struct plan_measure
study_plan_measure(const struct study_plan *p, uint64_t command, const char *name)
{
	struct plan_measure all = {.name = NULL};

	for (size_t i = 0; i < p->measure_count; i++) {
		const struct plan_measure *one = &p->measures[i];
		if (!study_plan_is_measure(one, command, name))
			continue;
		all.is_chosen |= one->is_chosen;
		if (one->better != DIRECTION_NONE)
			all.better = one->better;
		if (one->has_statistic) {
			all.has_statistic = true;
			all.statistic = one->statistic;
		}
	}
	return all;
}

/* The machines of a plan: one, or nodes. */

const char *
study_plan_setting(const struct study_plan *p, size_t node, enum plan_setting setting)
{
	const char *own = node < p->node_count ? p->nodes[node].settings[setting] : NULL;

	return own != NULL ? own : p->settings[setting];
}

int
study_plan_target(const struct study_plan *p, size_t node, struct target_options *target,
		  struct text *problem)
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

/* Checks that a node has a line, and is not the same machine as one before it. */
static int
check_node(const struct study_plan *p, size_t node, const struct laboratory *l,
	   struct text *problem)
{
	if (l->console == NULL && l->tty == NULL) {
		text_string(problem, "missing console or tty");
		return -1;
	}
	for (size_t i = 0; i < node; i++) {
		struct target_options other;
		const struct laboratory *o = &other.laboratory;
		bool is_same = study_plan_target(p, i, &other, problem) != 0 ||
			       is_same_word(l->tty, o->tty) ||
			       are_same_words(l->console, o->console) ||
			       (other.has_target && are_same_words(l->boot, o->boot));
		target_options_free(&other);
		if (!is_same)
			continue;
		text_string(problem, "same console, tty or target as node ");
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

/*
 * Checks all machines, and that they differ. Returns 0, or -1 with one line, starting with the
 * plan's `name`, in `problem`.
 */
static int
study_plan_check_targets(const struct study_plan *p, const char *name, struct text *problem)
{
	size_t node = 0;

	do
		if (check_target(p, node, name, problem) != 0)
			return -1;
	while (++node < p->node_count);
	return 0;
}

enum { BOOTS_DEFAULT = 10, TRIES_DEFAULT = 3, LIMIT_TIMES = 2, LIMIT_TIMES_PRECISION = 10 };

enum { REPEATS = 1, COUNTS = 2, CELLS = 4 };

static const struct {
	const char *name;
	/* REPEATS; COUNTS: how many boots, or how they are read: no boot depends on it; CELLS:
	   which cells there are */
	int how;
	const char *(*set)(struct study_plan *p, int which, char *value);
	int which;
} keys[] = {
    {"kernel", REPEATS | CELLS, study_plan_set_kernel, PLAN_KERNELS},
    {"image", REPEATS | CELLS, study_plan_set_file, PLAN_IMAGES},
    {"pack", REPEATS | CELLS, study_plan_set_words, PLAN_IMAGES},
    {"args", REPEATS | CELLS, study_plan_set_args, PLAN_ARGS},
    {"scan", REPEATS | CELLS, study_plan_set_scan, PLAN_ARGS},
    {"experiment", REPEATS | CELLS, study_plan_set_experiment, PLAN_EXPERIMENTS},
    {"run", REPEATS | CELLS, study_plan_set_words, PLAN_EXPERIMENTS},
    {"only", REPEATS | CELLS, study_plan_set_pattern, PLAN_ONLY},
    {"skip", REPEATS | CELLS, study_plan_set_pattern, PLAN_SKIP},
    {"twice", REPEATS | CELLS, study_plan_set_pattern, PLAN_TWICE},
    {"measure", REPEATS, study_plan_set_measure, PLAN_MEASURE},
    {"better", REPEATS | COUNTS, study_plan_set_measure, PLAN_BETTER},
    {"statistic", REPEATS, study_plan_set_measure, PLAN_STATISTIC},
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
    {"layouts", 0, study_plan_set_number, PLAN_LAYOUTS},
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
report_unknown_key(const char *key, struct text *why)
{
	const char *known[KEYS + 1] = {NULL};

	for (size_t i = 0; i < KEYS; i++)
		known[i] = keys[i].name;
	const char *nearest = nearest_word(key, known);
	text_string(why, "unknown key ");
	append_plan_word(why, key);
	if (nearest != NULL) {
		text_string(why, " (did you mean ");
		text_string(why, nearest);
		text_string(why, "?)");
	}
}

/* Each node may set these keys again. */
static void
forget_settings(struct study_plan *p)
{
	for (size_t i = 0; i < KEYS; i++)
		if (keys[i].set == study_plan_set_setting)
			p->seen &= ~(UINT64_C(1) << i);
}

static int
parse_line(void *context, size_t line, char *key, char *value, struct text *why)
{
	struct study_plan *p = context;
	const char *mistake = NULL;
	size_t i = 0;

	while (i < KEYS && strcmp(keys[i].name, key) != 0)
		i++;
	if (i == KEYS) {
		report_unknown_key(key, why);
		return -1;
	}
	/*
	 * The label of a node is hashed, but not its settings: its line may be changed or repaired.
	 */
	if ((keys[i].how & COUNTS) == 0 &&
	    (p->node_count == 0 || keys[i].set != study_plan_set_setting)) {
		sha256_add(&p->hash, key, strlen(key) + 1);
		sha256_add(&p->hash, value, strlen(value) + 1);
		if ((keys[i].how & CELLS) == 0) {
			sha256_add(&p->others_hash, key, strlen(key) + 1);
			sha256_add(&p->others_hash, value, strlen(value) + 1);
		}
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

/* Checks what no single line shows. */
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
	if (p->layouts > 1 && !p->exact)
		return "`layouts` is for exact mode: set `exact` to yes";
	if (p->boots == 0)
		p->boots = p->layouts > 1 ? p->layouts + 1 : BOOTS_DEFAULT;
	if (p->boots < p->layouts)
		return "`boots` is lower than `layouts`";
	if (p->limit != 0 && p->limit < p->boots)
		return "`limit` is lower than `boots`";
	if (p->exact && p->settings[PLAN_FIRMWARE] != NULL)
		return "exact mode supports only QEMU's default firmware";
	if (p->settings[PLAN_FIRMWARE] != NULL && strcmp(p->settings[PLAN_FIRMWARE], "ovmf") == 0 &&
	    p->settings[PLAN_MACHINE] != NULL && strcmp(p->settings[PLAN_MACHINE], "microvm") == 0)
		return "microvm does not support ovmf";
	if (p->exact && p->cpus > 1)
		return "exact mode supports only one CPU: set `cpus` to 1";
	return NULL;
}

static int
set_plan_problem(struct text *problem, const char *name, const char *mistake)
{
	text_string(problem, name);
	text_string(problem, ": ");
	text_string(problem, mistake);
	return -1;
}

int
study_plan_read(struct study_plan *p, const char *name, const char *text, size_t length,
		struct text *problem)
{
	static char none[] = "none";

	*p = (struct study_plan){.tries = TRIES_DEFAULT, .layouts = 1};
	sha256_start(&p->hash);
	sha256_start(&p->others_hash);
	if (key_lines_read(name, text, length, parse_line, p, problem) != 0)
		return -1;
	const char *mistake = check_whole(p);
	if (mistake == NULL && study_plan_check_targets(p, name, problem) != 0)
		return -1;
	if (mistake == NULL && p->lists[PLAN_ARGS].count == 0)
		mistake = study_plan_set_args(p, PLAN_ARGS, none);
	if (mistake != NULL)
		return set_plan_problem(problem, name, mistake);
	if (p->limit == 0)
		p->limit = p->boots * (p->precision > 0 ? LIMIT_TIMES_PRECISION : LIMIT_TIMES);
	sha256_finish(&p->hash, p->identity);
	sha256_finish(&p->others_hash, p->others);
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
	for (int i = 0; i < PLAN_PATTERNS; i++)
		free_list(&p->patterns[i]);
	for (size_t i = 0; i < p->measure_count; i++)
		free(p->measures[i].name);
	free(p->measures);
	p->measures = NULL;
	p->measure_count = 0;
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
