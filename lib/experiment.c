/* SPDX-License-Identifier: MIT */
#include "experiment.h"

#include <stdlib.h>
#include <string.h>

#include "experiment_keys.h"
#include "key_lines.h"
#include "nearest.h"
#include "percent.h"

struct experiment
experiment_default(void)
{
	return (struct experiment){.hostname = "lull", .repeat = 1};
}

static void
free_list(struct experiment_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->values[i]);
	free(list->values);
	*list = (struct experiment_list){.values = NULL};
}

void
experiment_free(struct experiment *e)
{
	struct experiment_list *lists[] = {&e->run,   &e->limit,  &e->env, &e->write,
					   &e->mount, &e->module, &e->net, &e->collect};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		free_list(lists[i]);
	free(e->cwd);
	free(e->user);
	e->cwd = e->user = NULL;
}

enum { REPEATS = 1, NOT_IN_FILES = 2 };

static const struct {
	const char *name;
	const char *(*set)(struct experiment *, const char *);
	int how;
	size_t list; /* of what repeats: where it is in struct experiment */
} keys[] = {
    {"run", experiment_set_run, REPEATS, offsetof(struct experiment, run)},
    {"repeat", experiment_set_repeat, 0, 0},
    {"warmup", experiment_set_warmup, 0, 0},
    {"timeout", experiment_set_timeout, 0, 0},
    {"cpus", experiment_set_cpus, 0, 0},
    {"sched", experiment_set_sched, 0, 0},
    {"nice", experiment_set_nice, 0, 0},
    {"limit", experiment_set_limit, REPEATS, offsetof(struct experiment, limit)},
    {"env", experiment_set_env, REPEATS, offsetof(struct experiment, env)},
    {"cwd", experiment_set_cwd, 0, 0},
    {"user", experiment_set_user, 0, 0},
    {"write", experiment_set_write, REPEATS, offsetof(struct experiment, write)},
    {"mount", experiment_set_mount, REPEATS, offsetof(struct experiment, mount)},
    {"module", experiment_set_module, REPEATS, offsetof(struct experiment, module)},
    {"net", experiment_set_net, REPEATS, offsetof(struct experiment, net)},
    {"hostname", experiment_set_hostname, 0, 0},
    {"collect", experiment_set_collect, REPEATS, offsetof(struct experiment, collect)},
    {"stdout", experiment_set_stdout, 0, 0},
    {"noise", experiment_refuse_quiet, 0, 0},
    {"quiet-gate", experiment_refuse_quiet, 0, 0},
    {"finish", experiment_set_finish, 0, 0},
    {"klog", experiment_set_klog, 0, 0},
    {"provenance", experiment_set_provenance, 0, 0},
    {"experiment", experiment_set_experiment, NOT_IN_FILES, 0},
    {"exact", experiment_set_exact, NOT_IN_FILES, 0},
    {"session", experiment_set_session, NOT_IN_FILES, 0},
};

enum { KEYS = sizeof(keys) / sizeof(*keys) };

_Static_assert((int)KEYS <= (int)EXPERIMENT_KEYS, "every key has its layer");

static void
tell_unknown(const char *key, enum experiment_layer layer, struct text *problem)
{
	const char *known[KEYS + 1] = {NULL};
	size_t count = 0;

	for (size_t i = 0; i < KEYS; i++)
		if (layer != LAYER_FILE || (keys[i].how & NOT_IN_FILES) == 0)
			known[count++] = keys[i].name;
	const char *nearest = nearest_word(key, known);
	text_string(problem, ": there is no such key");
	if (nearest != NULL) {
		text_string(problem, "; did you mean ");
		text_string(problem, nearest);
		text_char(problem, '?');
	}
}

int
experiment_set(struct experiment *e, enum experiment_layer layer, const char *key, const char *value,
	       struct text *problem)
{
	const char *why = NULL;
	size_t i = 0;

	while (i < KEYS && (strcmp(keys[i].name, key) != 0 || (layer == LAYER_FILE && (keys[i].how & NOT_IN_FILES))))
		i++;
	if (i == KEYS) {
		percent_encode(problem, key, strnlen(key, 64), "");
		tell_unknown(key, layer, problem);
		return -1;
	}
	bool repeats = (keys[i].how & REPEATS) != 0, again = e->layers[i] == layer && layer != LAYER_DEFAULT;
	if (repeats && !again)
		free_list((struct experiment_list *)((char *)e + keys[i].list));
	if (!repeats && again && layer == LAYER_FILE)
		why = "is set twice";
	e->layers[i] = (unsigned char)layer;
	if (why == NULL)
		why = keys[i].set(e, value);
	if (why == NULL)
		return 0;
	text_string(problem, keys[i].name);
	text_char(problem, ' ');
	text_string(problem, why);
	return -1;
}

static int
take_line(void *experiment, size_t line, char *key, char *value, struct text *why)
{
	(void)line;
	return experiment_set(experiment, LAYER_FILE, key, value, why);
}

int
experiment_read_file(struct experiment *e, const char *name, const char *text, size_t length, struct text *problem)
{
	return key_lines_read(name, text, length, take_line, e, problem);
}
