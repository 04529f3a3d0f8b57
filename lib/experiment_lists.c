/* SPDX-License-Identifier: MIT */
#include "experiment_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mount_words.h"
#include "net_words.h"
#include "words.h"

const char experiment_no_memory[] = "cannot be kept: out of memory";

/* Splits the value into words, of which there must be one. */
const char *
experiment_split(const char *value, char ***words)
{
	*words = words_split(value);
	if (*words == NULL)
		return errno == ENOMEM ? experiment_no_memory
				       : "has a quote that is not closed, or nothing behind a backslash";
	if ((*words)[0] != NULL)
		return NULL;
	free(*words);
	return "has no value";
}

/* Appends words, which then are the list's. */
static const char *
append(struct experiment_list *list, char **words)
{
	/* A power of two is full. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count == 0 ? 1 : 2 * list->count;
		char ***more = realloc(list->values, room * sizeof(*more));
		if (more == NULL)
			return experiment_no_memory;
		list->values = more;
	}
	list->values[list->count++] = words;
	return NULL;
}

/* The value as words that `check` finds nothing wrong with. */
static const char *
add_checked(struct experiment_list *list, const char *value, const char *(*check)(char *const *words))
{
	char **words;
	const char *problem = experiment_split(value, &words);

	if (problem != NULL)
		return problem;
	problem = check(words);
	if (problem == NULL)
		problem = append(list, words);
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

	return equals != NULL && equals != words[0] && words_count(words) == 1 ? NULL : "is NAME=VALUE, blanks in quotes";
}

static const char *
check_write(char *const *words)
{
	bool is_knob = strncmp(words[0], "/proc/", 6) == 0 || strncmp(words[0], "/sys/", 5) == 0;

	size_t count = words_count(words);
	bool is_whole = count == 2 || (count == 3 && strcmp(words[2], "unchecked") == 0);

	return is_knob && is_whole ? NULL : "is PATH VALUE [unchecked], the path below /proc or /sys, blanks in quotes";
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
	return words[0][0] == '/' && words_count(words) == 1 ? NULL
							  : "is one glob that begins with a slash, blanks in quotes";
}

const char *
experiment_set_run(struct experiment *e, const char *value)
{
	return add_checked(&e->run, value, check_any);
}

const char *
experiment_set_limit(struct experiment *e, const char *value)
{
	return add_checked(&e->limit, value, check_limit);
}

const char *
experiment_set_env(struct experiment *e, const char *value)
{
	return add_checked(&e->env, value, check_env);
}

const char *
experiment_set_write(struct experiment *e, const char *value)
{
	return add_checked(&e->write, value, check_write);
}

const char *
experiment_set_mount(struct experiment *e, const char *value)
{
	return add_checked(&e->mount, value, check_mount);
}

const char *
experiment_set_module(struct experiment *e, const char *value)
{
	return add_checked(&e->module, value, check_any);
}

const char *
experiment_set_net(struct experiment *e, const char *value)
{
	return add_checked(&e->net, value, check_net);
}

const char *
experiment_set_collect(struct experiment *e, const char *value)
{
	return add_checked(&e->collect, value, check_collect);
}
