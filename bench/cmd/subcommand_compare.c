/* SPDX-License-Identifier: MIT */
/* bench compare: reads the command line, and chooses between the forms (compare.h). */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "boot/layout.h"
#include "cmd/compare.h"
#include "cmd/percentage.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "study/study_plan.h"
#include "text.h"

enum { BLOCKS = 20, RUNS = 10 };

static int
append(struct compare_list *list, const char *value, const char *option)
{
	if (list->count == COMPARE_LIST_MAX) {
		warnx("%s: at most %d", option, COMPARE_LIST_MAX);
		return -1;
	}
	list->at[list->count++] = value;
	return 0;
}

static int
read_count(uint64_t *count, const char *option, const char *value)
{
	if (text_parse_number(value, PLAN_BOOTS_MAX, count) == 0 && *count > 0)
		return 0;
	warnx("%s %s: give a whole number from 1 to %d", option, value, PLAN_BOOTS_MAX);
	return -1;
}

enum {
	OPTION_EXACT = 256,
	OPTION_DRY_RUN,
	OPTION_MEASURE,
	OPTION_MARGIN,
	OPTION_WORSE_THAN,
	OPTION_AT_LEAST,
};

/* The options that are only for boots. */
static const char *
boot_option(int option)
{
	static const char *const names[] = {"-k", "-i", "-a", "-n", "-r", "-m", "-c", "-q", "-t"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (option == names[i][1])
			return names[i];
	return option == OPTION_EXACT ? "--exact" : option == OPTION_DRY_RUN ? "--dry-run" : NULL;
}

static int
read_limit(struct comparison *c, int option, const char *value)
{
	if (option == OPTION_WORSE_THAN) {
		c->limits.has_percent = true;
		return percentage_read(&c->limits.percent, "--worse-than", value, true);
	}
	if (text_parse_number(value, UINT32_MAX, &c->limits.least) == 0 && c->limits.least > 0)
		return 0;
	warnx("--at-least %s: give a whole number of instructions, at least 1", value);
	return -1;
}

static int
read_option(struct comparison *c, int option, const char *value)
{
	if (boot_option(option) != NULL)
		c->to_boot = boot_option(option);
	switch (option) {
	case 'k':
		return append(&c->kernels, value, "-k");
	case 'i':
		return append(&c->images, value, "-i");
	case 'a':
		return append(&c->args, value, "-a");
	case 'n':
		return read_count(&c->blocks, "-n", value);
	case 'r':
		return read_count(&c->runs, "-r", value);
	case 'm':
		c->memory = value;
		return 0;
	case 'c':
		c->cpus = value;
		return 0;
	case 'q':
		c->qemu = value;
		return 0;
	case 't':
		c->timeout = value;
		return 0;
	case OPTION_EXACT:
		c->exact = true;
		return 0;
	case OPTION_MEASURE:
		return append(&c->measures, value, "--measure");
	case OPTION_MARGIN:
		return percentage_read(&c->margin, "--margin", value, false);
	case OPTION_WORSE_THAN:
	case OPTION_AT_LEAST:
		return read_limit(c, option, value);
	case OPTION_DRY_RUN:
		c->dry_run = true;
		return 0;
	case 'h':
		c->help = true;
		return 0;
	default:
		return -1;
	}
}

/* Cuts the words after the first `--` into commands, at each further `--`. */
static int
read_commands(struct comparison *c, char **words)
{
	while (*words != NULL) {
		if (c->command_count == COMPARE_LIST_MAX || strcmp(*words, "--") == 0) {
			warnx(c->command_count == COMPARE_LIST_MAX
				  ? "at most 64 commands"
				  : "a command is missing after --");
			return -1;
		}
		c->commands[c->command_count++] = words;
		while (*words != NULL && strcmp(*words, "--") != 0)
			words++;
		if (*words != NULL)
			*words++ = NULL;
	}
	return 0;
}

static int
check_commands(const struct comparison *c)
{
	if (c->recorded[0] != NULL)
		warnx("%s: not an option; commands follow --", c->recorded[0]);
	else if (c->margin > 0)
		warnx("--margin: only to compare what was recorded");
	else if (c->limits.least > 0 && !c->exact)
		warnx("--at-least: only exact mode counts instructions (--exact)");
	else if (c->kernels.count < 2 && c->images.count < 2 && c->args.count < 2 &&
		 c->command_count < 2)
		warnx(
		    "nothing to compare: give two kernels (-k), kernel arguments (-a), images (-i) "
		    "or commands (-- A -- B)");
	else
		return 0;
	return -1;
}

static int
check_recorded(const struct comparison *c)
{
	if (c->to_boot != NULL && c->recorded[0] == NULL)
		warnx("name a command after --");
	else if (c->to_boot != NULL)
		warnx("%s: only to boot commands, which follow --", c->to_boot);
	else if (c->recorded[1] == NULL)
		warnx("name two cells, two studies or two boots, or commands after --");
	else if (c->measures.count > 1)
		warnx("--measure: give it once to compare what was recorded");
	else
		return 0;
	return -1;
}

static int
read_operand(struct comparison *c, const char *operand)
{
	int i = c->recorded[0] != NULL;

	if (c->recorded[i] != NULL) {
		warnx("%s: compare two at a time", operand);
		return -1;
	}
	c->recorded[i] = operand;
	return 0;
}

/* Reads options and operands, up to `--`. Returns the index of the next word, or -1. */
static int
read_words(struct comparison *c, int argc, char *argv[])
{
	static const struct option longs[] = {
	    {"exact", no_argument, NULL, OPTION_EXACT},
	    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	    {"measure", required_argument, NULL, OPTION_MEASURE},
	    {"margin", required_argument, NULL, OPTION_MARGIN},
	    {"worse-than", required_argument, NULL, OPTION_WORSE_THAN},
	    {"at-least", required_argument, NULL, OPTION_AT_LEAST},
	    {"help", no_argument, NULL, 'h'},
	    {0}};
	static char name[] = "bench compare";

	argv[0] = name;
	optind = 1;
	for (;;) {
		int before = optind,
		    option = getopt_long(argc, argv, "+k:i:a:n:r:m:c:q:t:h", longs, NULL);
		if (option == -1 && (optind == argc || optind > before))
			return optind;
		if (option == -1 ? read_operand(c, argv[optind++]) != 0
				 : read_option(c, option, optarg) != 0)
			return -1;
	}
}

static int
read_options(struct comparison *c, int argc, char *argv[])
{
	*c = (struct comparison){.runs = RUNS};
	int next = read_words(c, argc, argv);
	if (next < 0 || c->help)
		return next < 0 ? -1 : 0;
	if (c->blocks == 0) /* in exact mode the first layout repeats */
		c->blocks = c->exact ? LAYOUTS_TO_TELL + 1 : BLOCKS;
	if (c->limits.has_percent && c->limits.least > 0) {
		warnx("give one of --worse-than and --at-least");
		return -1;
	}
	if (read_commands(c, argv + next) != 0)
		return -1;
	return c->command_count > 0 ? check_commands(c) : check_recorded(c);
}

int
subcommand_compare(int argc, char *argv[])
{
	static struct comparison c;

	if (read_options(&c, argc, argv) != 0)
		return STATUS_WRONG_USAGE;
	if (c.help) {
		fputs("usage: " COMPARE_USAGE, stdout);
		return 0;
	}
	return c.command_count > 0 ? compare_commands(&c) : compare_recorded(&c);
}
