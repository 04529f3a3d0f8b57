/* SPDX-License-Identifier: MIT */
#include "experiment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "key_lines.h"
#include "mount_words.h"
#include "nearest.h"
#include "net_words.h"
#include "percent.h"
#include "words.h"

static const char no_memory[] = "cannot be set: out of memory";

static const char *experiment_split(const char *value, char ***words);

/* Setters of the keys, for experiment_set(). They return NULL, or the problem with the value. */

static const char *
choose_name(const char *const names[], const char *value, int *chosen)
{
	for (*chosen = 0; names[*chosen] != NULL; (*chosen)++)
		if (strcmp(names[*chosen], value) == 0)
			return NULL;
	return "";
}

static bool
parse_in_range(const char *value, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t read;

	if (text_parse_number(value, most, &read) != 0 || read < least)
		return false;
	*number = read;
	return true;
}

static const char *
experiment_set_repeat(struct experiment *e, const char *value)
{
	return parse_in_range(value, 1, EXPERIMENT_REPEAT_MAX, &e->repeat)
		   ? NULL
		   : "must be a number from 1 to 1000000";
}

static const char *
experiment_set_warmup(struct experiment *e, const char *value)
{
	return parse_in_range(value, 0, EXPERIMENT_REPEAT_MAX, &e->warmup)
		   ? NULL
		   : "must be a number from 0 to 1000000";
}

static const char *
experiment_set_timeout(struct experiment *e, const char *value)
{
	return parse_in_range(value, 1, 10 * 1000 * 1000, &e->timeout_s)
		   ? NULL
		   : "must be seconds from 1 to 10000000";
}

static const char *
experiment_set_cpus(struct experiment *e, const char *value)
{
	e->has_cpus = true;
	return cpus_read(&e->cpus, value);
}

static const char *
experiment_set_sched(struct experiment *e, const char *value)
{
	char **words;
	const char *problem = experiment_split(value, &words);

	if (problem != NULL)
		return problem;
	problem = sched_read(&e->sched, words);
	e->has_sched = problem == NULL;
	free(words);
	return problem;
}

static const char *
experiment_set_nice(struct experiment *e, const char *value)
{
	bool less = value[0] == '-';
	uint64_t amount;

	if (!parse_in_range(value + less, 0, less ? 20 : 19, &amount))
		return "must be a number from -20 to 19";
	e->nice = less ? -(int)amount : (int)amount;
	e->has_nice = true;
	return NULL;
}

static const char *
replace_string(char **string, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return no_memory;
	free(*string);
	*string = copy;
	return NULL;
}

static const char *
experiment_set_cwd(struct experiment *e, const char *value)
{
	return value[0] == '/' ? replace_string(&e->cwd, value) : "must be an absolute path";
}

static const char *
experiment_set_user(struct experiment *e, const char *value)
{
	return value[0] != '\0' && value[0] != ':' ? replace_string(&e->user, value)
						   : "must be USER or USER:GROUP";
}

static const char *
experiment_set_stdout(struct experiment *e, const char *value)
{
	static const char *const names[] = {"keep", "pipe", "drop", "stream", NULL};
	int chosen;

	if (choose_name(names, value, &chosen) != NULL)
		return "must be keep, pipe, drop or stream";
	e->output = (enum experiment_stdout)chosen;
	return NULL;
}

static const char *
experiment_set_finish(struct experiment *e, const char *value)
{
	static const char *const names[] = {"poweroff", "reboot", "halt", "shell", NULL};
	int chosen;

	if (choose_name(names, value, &chosen) != NULL)
		return "must be poweroff, reboot, halt or shell";
	e->finish = (enum experiment_finish)chosen;
	return NULL;
}

static const char *
experiment_set_klog(struct experiment *e, const char *value)
{
	static const char *const names[] = {"failed", "always", "never", NULL};
	int chosen;

	if (choose_name(names, value, &chosen) != NULL)
		return "must be failed, always or never";
	e->klog = (enum experiment_klog)chosen;
	return NULL;
}

static const char *
experiment_set_provenance(struct experiment *e, const char *value)
{
	static const char *const names[] = {"full", "hello", NULL};
	int chosen;

	if (choose_name(names, value, &chosen) != NULL)
		return "must be full or hello";
	e->provenance = (enum experiment_provenance)chosen;
	return NULL;
}

static const char *
experiment_set_hostname(struct experiment *e, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > EXPERIMENT_HOSTNAME_MAX || strchr(value, '\n') != NULL)
		return "must be 1 to 64 bytes on one line";
	memcpy(e->hostname, value, length + 1);
	return NULL;
}

static const char *
experiment_set_experiment(struct experiment *e, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > EXPERIMENT_NAME_MAX || value[0] == '.' ||
	    strchr(value, '/') != NULL)
		return "must be an experiment file of the image, of at most 64 bytes";
	memcpy(e->name, value, length + 1);
	return NULL;
}

static const char *
experiment_set_exact(struct experiment *e, const char *value)
{
	if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return "must be 0 or 1";
	e->exact = value[0] == '1';
	return NULL;
}

static const char *
experiment_set_session(struct experiment *e, const char *value)
{
	uint64_t session = 0;
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i++) {
		int digit = text_hex_digit(value[i]);
		if (digit < 0)
			length = 0;
		session = session << 4 | (unsigned)digit;
	}
	if (length != 16)
		return "must be 16 hexadecimal digits";
	e->session = session;
	e->has_session = true;
	return NULL;
}

static const char *
experiment_refuse_quiet(struct experiment *e, const char *value)
{
	(void)e;
	return strcmp(value, "none") == 0 ? NULL : "must be none";
}

/* Splits the value into words, of which there must be at least one. */
static const char *
experiment_split(const char *value, char ***words)
{
	*words = words_split(value);
	if (*words == NULL)
		return errno == ENOMEM ? no_memory
				       : "has an unclosed quote or a trailing backslash";
	if ((*words)[0] != NULL)
		return NULL;
	free(*words);
	return "has no value";
}

/* Appends words, which the list then owns. */
static const char *
list_append(struct experiment_list *list, char **words)
{
	/* The list is full if the count is a power of two. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count == 0 ? 1 : 2 * list->count;
		char ***more = realloc(list->values, room * sizeof(*more));
		if (more == NULL)
			return no_memory;
		list->values = more;
	}
	list->values[list->count++] = words;
	return NULL;
}

/* Appends the words of the value if `check` accepts them. */
static const char *
append_checked(struct experiment_list *list, const char *value,
	       const char *(*check)(char *const *words))
{
	char **words;
	const char *problem = experiment_split(value, &words);

	if (problem != NULL)
		return problem;
	problem = check(words);
	if (problem == NULL)
		problem = list_append(list, words);
	if (problem != NULL)
		free(words);
	return problem;
}

static const char *
check_any(char *const *words)
{
	return words[0][0] != '\0' ? NULL : "begins with an empty word";
}

static const char *
check_limit(char *const *words)
{
	struct limit limit;

	return limit_read(&limit, words);
}

static const char *
check_env(char *const *words)
{
	const char *equals = strchr(words[0], '=');

	return equals != NULL && equals != words[0] && words_count(words) == 1
		   ? NULL
		   : "must be NAME=VALUE, blanks in quotes";
}

static const char *
check_write(char *const *words)
{
	bool is_knob = strncmp(words[0], "/proc/", 6) == 0 || strncmp(words[0], "/sys/", 5) == 0;

	size_t count = words_count(words);
	bool is_whole = count == 2 || (count == 3 && strcmp(words[2], "unchecked") == 0);

	return is_knob && is_whole ? NULL
				   : "must be PATH VALUE [unchecked], the path below /proc or "
				     "/sys, blanks in quotes";
}

static const char *
check_mount(char *const *words)
{
	struct mount_words mount;

	return mount_words_read(&mount, words);
}

static const char *
check_net(char *const *words)
{
	struct net_words net;

	return net_words_read(&net, words);
}

static const char *
check_collect(char *const *words)
{
	return words[0][0] == '/' && words_count(words) == 1
		   ? NULL
		   : "must be one absolute glob, blanks in quotes";
}

static const char *
check_better(char *const *words)
{
	bool is_direction = strcmp(words[0], "lower") == 0 || strcmp(words[0], "higher") == 0;

	return is_direction && words_count(words) == 2 ? NULL : "must be lower NAME or higher NAME";
}

static const char *
experiment_set_run(struct experiment *e, const char *value)
{
	return append_checked(&e->run, value, check_any);
}

static const char *
experiment_set_limit(struct experiment *e, const char *value)
{
	return append_checked(&e->limit, value, check_limit);
}

static const char *
experiment_set_env(struct experiment *e, const char *value)
{
	return append_checked(&e->env, value, check_env);
}

static const char *
experiment_set_write(struct experiment *e, const char *value)
{
	return append_checked(&e->write, value, check_write);
}

static const char *
experiment_set_mount(struct experiment *e, const char *value)
{
	return append_checked(&e->mount, value, check_mount);
}

static const char *
experiment_set_module(struct experiment *e, const char *value)
{
	return append_checked(&e->module, value, check_any);
}

static const char *
experiment_set_net(struct experiment *e, const char *value)
{
	return append_checked(&e->net, value, check_net);
}

static const char *
experiment_set_collect(struct experiment *e, const char *value)
{
	return append_checked(&e->collect, value, check_collect);
}

static const char *
experiment_set_better(struct experiment *e, const char *value)
{
	return append_checked(&e->better, value, check_better);
}

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
	struct experiment_list *lists[] = {&e->run,    &e->limit, &e->env,     &e->write, &e->mount,
					   &e->module, &e->net,	  &e->collect, &e->better};

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
	size_t list; /* offset in struct experiment, for keys that repeat */
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
    {"better", experiment_set_better, REPEATS, offsetof(struct experiment, better)},
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
report_unknown_key(const char *key, enum experiment_layer layer, struct text *problem)
{
	const char *known[KEYS + 1] = {NULL};
	size_t count = 0;

	for (size_t i = 0; i < KEYS; i++)
		if (layer != LAYER_FILE || (keys[i].how & NOT_IN_FILES) == 0)
			known[count++] = keys[i].name;
	const char *nearest = nearest_word(key, known);
	text_string(problem, ": unknown key");
	if (nearest != NULL) {
		text_string(problem, "; did you mean ");
		text_string(problem, nearest);
		text_char(problem, '?');
	}
}

int
experiment_set(struct experiment *e, enum experiment_layer layer, const char *key,
	       const char *value, struct text *problem)
{
	const char *why = NULL;
	size_t i = 0;

	while (i < KEYS && (strcmp(keys[i].name, key) != 0 ||
			    (layer == LAYER_FILE && (keys[i].how & NOT_IN_FILES))))
		i++;
	if (i == KEYS) {
		percent_encode(problem, key, strnlen(key, 64), "");
		report_unknown_key(key, layer, problem);
		return -1;
	}
	bool repeats = (keys[i].how & REPEATS) != 0,
	     again = e->layers[i] == layer && layer != LAYER_DEFAULT;
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
set_line(void *experiment, size_t line, char *key, char *value, struct text *why)
{
	(void)line;
	return experiment_set(experiment, LAYER_FILE, key, value, why);
}

int
experiment_read_file(struct experiment *e, const char *name, const char *text, size_t length,
		     struct text *problem)
{
	return key_lines_read(name, text, length, set_line, e, problem);
}
