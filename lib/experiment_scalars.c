/* SPDX-License-Identifier: MIT */
#include "experiment_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *
choose(const char *const names[], const char *value, int *chosen)
{
	for (*chosen = 0; names[*chosen] != NULL; (*chosen)++)
		if (strcmp(names[*chosen], value) == 0)
			return NULL;
	return "";
}

static bool
in_range(const char *value, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t read;

	if (text_parse_number(value, most, &read) != 0 || read < least)
		return false;
	*number = read;
	return true;
}

const char *
experiment_set_repeat(struct experiment *e, const char *value)
{
	return in_range(value, 1, EXPERIMENT_REPEAT_MAX, &e->repeat) ? NULL : "is a number from 1 to 1000000";
}

const char *
experiment_set_warmup(struct experiment *e, const char *value)
{
	return in_range(value, 0, EXPERIMENT_REPEAT_MAX, &e->warmup) ? NULL : "is a number from 0 to 1000000";
}

const char *
experiment_set_timeout(struct experiment *e, const char *value)
{
	return in_range(value, 1, 10 * 1000 * 1000, &e->timeout_s) ? NULL : "is a number of seconds from 1 to 10000000";
}

const char *
experiment_set_cpus(struct experiment *e, const char *value)
{
	e->has_cpus = true;
	return cpus_read(&e->cpus, value);
}

const char *
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

const char *
experiment_set_nice(struct experiment *e, const char *value)
{
	bool less = value[0] == '-';
	uint64_t amount;

	if (!in_range(value + less, 0, less ? 20 : 19, &amount))
		return "is a number from -20 to 19";
	e->nice = less ? -(int)amount : (int)amount;
	e->has_nice = true;
	return NULL;
}

static const char *
keep(char **string, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return experiment_no_memory;
	free(*string);
	*string = copy;
	return NULL;
}

const char *
experiment_set_cwd(struct experiment *e, const char *value)
{
	return value[0] == '/' ? keep(&e->cwd, value) : "is an absolute path";
}

const char *
experiment_set_user(struct experiment *e, const char *value)
{
	return value[0] != '\0' && value[0] != ':' ? keep(&e->user, value) : "is USER or USER:GROUP";
}

const char *
experiment_set_stdout(struct experiment *e, const char *value)
{
	static const char *const names[] = {"keep", "pipe", "drop", "stream", NULL};
	int chosen;

	if (choose(names, value, &chosen) != NULL)
		return "is keep, pipe, drop or stream";
	e->output = (enum experiment_stdout)chosen;
	return NULL;
}

const char *
experiment_set_finish(struct experiment *e, const char *value)
{
	static const char *const names[] = {"poweroff", "reboot", "halt", "shell", NULL};
	int chosen;

	if (choose(names, value, &chosen) != NULL)
		return "is poweroff, reboot, halt or shell";
	e->finish = (enum experiment_finish)chosen;
	return NULL;
}

const char *
experiment_set_klog(struct experiment *e, const char *value)
{
	static const char *const names[] = {"failed", "always", "never", NULL};
	int chosen;

	if (choose(names, value, &chosen) != NULL)
		return "is failed, always or never";
	e->klog = (enum experiment_klog)chosen;
	return NULL;
}

const char *
experiment_set_provenance(struct experiment *e, const char *value)
{
	static const char *const names[] = {"full", "hello", NULL};
	int chosen;

	if (choose(names, value, &chosen) != NULL)
		return "is full or hello";
	e->provenance = (enum experiment_provenance)chosen;
	return NULL;
}

const char *
experiment_set_hostname(struct experiment *e, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > EXPERIMENT_HOSTNAME_MAX || strchr(value, '\n') != NULL)
		return "is 1 to 64 bytes on one line";
	memcpy(e->hostname, value, length + 1);
	return NULL;
}

const char *
experiment_set_experiment(struct experiment *e, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > EXPERIMENT_NAME_MAX || value[0] == '.' || strchr(value, '/') != NULL)
		return "is the name of an experiment file in the image, of at most 64 bytes";
	memcpy(e->name, value, length + 1);
	return NULL;
}

const char *
experiment_set_exact(struct experiment *e, const char *value)
{
	if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return "is 0 or 1";
	e->exact = value[0] == '1';
	return NULL;
}

const char *
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
		return "is 16 hexadecimal digits";
	e->session = session;
	e->has_session = true;
	return NULL;
}

const char *
experiment_refuse_quiet(struct experiment *e, const char *value)
{
	(void)e;
	return strcmp(value, "none") == 0 ? NULL : "is not there yet, but for none";
}
