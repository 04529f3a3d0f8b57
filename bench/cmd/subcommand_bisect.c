/* SPDX-License-Identifier: MIT */
/* bench bisect: finds which of several changes makes a difference. */
#include <err.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/bisect_modes.h"
#include "boot/appliance.h"
#include "boot/layout.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "text.h"

enum { RUNS = 3, RUNS_MAX = 1000 * 1000 };

enum {
	OPTION_TREE = 256,
	OPTION_GOOD,
	OPTION_BAD,
	OPTION_CONFIG,
	OPTION_PRESET,
	OPTION_WITH,
	OPTION_MEASURE,
	OPTION_AT_LEAST,
	OPTION_LAYOUTS,
};

static int
append(struct bisect_list *list, const char *value, const char *option)
{
	if (list->count == BISECT_LIST_MAX) {
		warnx("%s: at most %d", option, BISECT_LIST_MAX);
		return -1;
	}
	list->at[list->count++] = value;
	return 0;
}

static int
read_count(uint64_t *count, const char *option, const char *value, int max)
{
	if (text_parse_number(value, (uint64_t)max, count) == 0 && *count > 0)
		return 0;
	warnx("%s %s: give a whole number from 1 to %d", option, value, max);
	return -1;
}

static int
read_least(double *least, const char *value)
{
	char *end;

	*least = strtod(value, &end);
	if (end != value && *end == '\0' && isfinite(*least) && *least > 0)
		return 0;
	warnx("--at-least %s: give a number above 0", value);
	return -1;
}

/* Where the value of an option is stored unchanged; NULL: this option is parsed. */
static const char **
lookup_string(struct bisect_options *o, int option)
{
	const struct {
		int option;
		const char **value;
	} strings[] = {{'i', &o->image},	{'o', &o->folder},
		       {'m', &o->memory},	{'q', &o->qemu},
		       {'t', &o->timeout},	{OPTION_TREE, &o->tree},
		       {OPTION_GOOD, &o->good}, {OPTION_BAD, &o->bad},
		       {OPTION_WITH, &o->with}, {OPTION_MEASURE, &o->measure}};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		if (strings[i].option == option)
			return strings[i].value;
	return NULL;
}

static int
read_option(struct bisect_options *o, int option, const char *value)
{
	const char **string = lookup_string(o, option);

	if (string != NULL) {
		*string = value;
		return 0;
	}
	switch (option) {
	case 'k':
		return append(&o->kernels, value, "-k");
	case 'a':
		return append(&o->words, value, "-a");
	case OPTION_CONFIG:
		return append(&o->configs, value, "--config");
	case OPTION_PRESET:
		return append(&o->presets, value, "--preset");
	case 'r':
		return read_count(&o->runs, "-r", value, RUNS_MAX);
	case OPTION_LAYOUTS:
		return read_count(&o->layouts, "--layouts", value, LAYOUTS_MAX);
	case OPTION_AT_LEAST:
		return read_least(&o->at_least, value);
	default:
		return -1;
	}
}

/* Returns 0, 1 after --help, or -1 after a message. */
static int
read_options(struct bisect_options *o, int argc, char *argv[])
{
	static const struct option longs[] = {
	    {"tree", required_argument, NULL, OPTION_TREE},
	    {"good", required_argument, NULL, OPTION_GOOD},
	    {"bad", required_argument, NULL, OPTION_BAD},
	    {"config", required_argument, NULL, OPTION_CONFIG},
	    {"preset", required_argument, NULL, OPTION_PRESET},
	    {"with", required_argument, NULL, OPTION_WITH},
	    {"measure", required_argument, NULL, OPTION_MEASURE},
	    {"at-least", required_argument, NULL, OPTION_AT_LEAST},
	    {"layouts", required_argument, NULL, OPTION_LAYOUTS},
	    {"help", no_argument, NULL, 'h'},
	    {0}};
	static char name[] = "bench bisect";
	int option;

	*o = (struct bisect_options){.runs = RUNS, .layouts = LAYOUTS_TO_TELL};
	argv[0] = name;
	optind = 1;
	while ((option = getopt_long(argc, argv, "+k:a:i:o:r:m:q:t:h", longs, NULL)) != -1) {
		if (option == 'h')
			return 1;
		if (read_option(o, option, optarg) != 0)
			return -1;
	}
	if (optind == argc || strcmp(argv[optind - 1], "--") != 0) {
		warnx("name a command after --");
		return -1;
	}
	o->command = argv + optind;
	return 0;
}

typedef int bisect_mode(const struct bisect_options *options);

/* The mode that works on a tree; NULL after a message. */
static bisect_mode *
choose_tree_mode(const struct bisect_options *o)
{
	const char *problem = NULL;
	bool has_commits = o->good != NULL && o->bad != NULL;

	if (o->kernels.count > 0 || o->words.count > 0)
		problem = "--tree goes without -k and -a";
	else if ((o->good == NULL) != (o->bad == NULL))
		problem = "give both --good and --bad";
	else if (o->configs.count > 0 && o->presets.count > 0)
		problem = "give either --config or --preset";
	else if (has_commits && o->configs.count > 1)
		problem =
		    "commits are built with one configuration; two go without --good and --bad";
	else if (!has_commits && o->configs.count != 2)
		problem = "--tree needs --good and --bad, or two configurations";
	if (problem == NULL)
		return has_commits ? bisect_commits : bisect_configs;
	warnx("%s", problem);
	return NULL;
}

static bisect_mode *
choose_mode(const struct bisect_options *o)
{
	const char *problem = NULL;

	if (o->tree != NULL)
		return choose_tree_mode(o);
	if (o->good != NULL || o->bad != NULL || o->configs.count > 0 || o->presets.count > 0)
		problem = "--good, --bad, --config and --preset need --tree";
	else if (o->words.count > 0 && o->kernels.count > 1)
		problem = "-a goes with one kernel; give arguments of all boots with --with";
	else if (o->words.count == 0 && o->kernels.count < 2)
		problem = "nothing to bisect: give kernels (-k), kernel arguments (-a) or --tree";
	if (problem == NULL)
		return o->words.count > 0 ? bisect_arguments : bisect_kernels;
	warnx("%s", problem);
	return NULL;
}

/* Makes a path absolute, as an owned string. Returns 0, or -1 after a message. */
static int
make_absolute(const char **path)
{
	char *absolute = realpath(*path, NULL);

	if (absolute == NULL)
		warn("cannot find %s", *path);
	*path = absolute;
	return absolute != NULL ? 0 : -1;
}

/* Completes what the user left out, and makes all paths absolute. */
static int
complete(struct bisect_options *o)
{
	static char kernel[PATH_MAX], config[PATH_MAX];
	bool is_path = o->image == NULL && strchr(o->command[0], '/') != NULL;

	if (o->tree == NULL && o->kernels.count == 0) {
		if (appliance_default_kernel(kernel, sizeof(kernel)) != 0)
			return -1;
		o->kernels.at[o->kernels.count++] = kernel;
	}
	if (o->tree != NULL && o->configs.count == 0 && o->presets.count == 0) {
		snprintf(config, sizeof(config), "%s/.config", o->tree);
		o->configs.at[o->configs.count++] = config;
	}
	for (size_t i = 0; i < o->kernels.count; i++)
		if (make_absolute(&o->kernels.at[i]) != 0)
			return -1;
	for (size_t i = 0; i < o->configs.count; i++)
		if (make_absolute(&o->configs.at[i]) != 0)
			return -1;
	if ((o->tree != NULL && make_absolute(&o->tree) != 0) ||
	    (o->image != NULL && make_absolute(&o->image) != 0) ||
	    (is_path && make_absolute((const char **)&o->command[0]) != 0))
		return -1;
	return 0;
}

int
subcommand_bisect(int argc, char *argv[])
{
	static struct bisect_options o; /* its strings live as long as bench */
	bisect_mode *mode;
	int result = read_options(&o, argc, argv);

	if (result > 0) {
		fputs("usage: " BISECT_USAGE, stdout);
		return 0;
	}
	if (result < 0 || (mode = choose_mode(&o)) == NULL || complete(&o) != 0)
		return STATUS_WRONG_USAGE;
	return mode(&o);
}
