/* SPDX-License-Identifier: MIT */
/*
 * bench compare: writes a plan from the command line to a new folder in the cache, and runs the
 * study.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/places.h"
#include "boot/appliance.h"
#include "boot/layout.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "study/study_plan.h"
#include "text.h"
#include "words.h"

enum { LIST_MAX = 64, BLOCKS = 20, RUNS = 10, LABEL_SHOWN = 40, PLAN_TEXT = 256 * 1024 };

struct list {
	const char *at[LIST_MAX];
	size_t count;
};

struct comparison {
	struct list kernels, images, args, measures;
	char **commands[LIST_MAX]; /* each ended by NULL */
	size_t command_count;
	uint64_t blocks, runs;
	const char *memory, *cpus, *qemu, *timeout; /* NULL: not given */
	bool exact, dry_run, help;
	char *labels[4 * LIST_MAX]; /* owned, of one list at a time */
	size_t label_count;
};

static int
append(struct list *list, const char *value, const char *option)
{
	if (list->count == LIST_MAX) {
		warnx("%s: at most %d", option, LIST_MAX);
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

enum { OPTION_EXACT = 256, OPTION_DRY_RUN, OPTION_MEASURE };

static int
read_option(struct comparison *c, int option, const char *value)
{
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
		if (c->command_count == LIST_MAX || strcmp(*words, "--") == 0) {
			warnx(c->command_count == LIST_MAX ? "at most 64 commands"
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
read_options(struct comparison *c, int argc, char *argv[])
{
	static const struct option longs[] = {{"exact", no_argument, NULL, OPTION_EXACT},
					      {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
					      {"measure", required_argument, NULL, OPTION_MEASURE},
					      {"help", no_argument, NULL, 'h'},
					      {0}};
	static char name[] = "bench compare";
	int option;

	*c = (struct comparison){.runs = RUNS};
	argv[0] = name;
	optind = 1;
	while ((option = getopt_long(argc, argv, "+k:i:a:n:r:m:c:q:t:h", longs, NULL)) != -1)
		if (read_option(c, option, optarg) != 0)
			return -1;
	if (c->help)
		return 0;
	if (c->blocks == 0) /* in exact mode the first layout repeats */
		c->blocks = c->exact ? LAYOUTS_TO_TELL + 1 : BLOCKS;
	if (optind == argc || strcmp(argv[optind - 1], "--") != 0) {
		warnx("name a command after --");
		return -1;
	}
	if (read_commands(c, argv + optind) != 0)
		return -1;
	if (c->kernels.count < 2 && c->images.count < 2 && c->args.count < 2 &&
	    c->command_count < 2) {
		warnx(
		    "nothing to compare: give two kernels (-k), kernel arguments (-a), images (-i) "
		    "or commands (-- A -- B)");
		return -1;
	}
	return 0;
}

/* Makes a label of a text that is not one yet, different from the others of its list. */
static const char *
make_label(struct comparison *c, const char *text)
{
	char *base = xstrdup(text[0] != '\0' ? text : "none"), *label;

	if (strlen(base) > LABEL_SHOWN)
		base[LABEL_SHOWN] = '\0';
	size_t length = 0;
	for (const char *at = base; *at != '\0'; at++) {
		bool is_plain = isascii(*at) && (isalnum(*at) || strchr("._+", *at) != NULL);
		if (is_plain || (length > 0 && base[length - 1] != '-'))
			base[length++] = is_plain ? *at : '-';
	}
	length -= length > 0 && base[length - 1] == '-';
	strcpy(base + length, length > 0 ? "" : "x");
	for (size_t number = 1;; number++) {
		bool is_taken = false;
		label = number == 1 ? xstrdup(base) : xasprintf("%s-%zu", base, number);
		for (size_t i = 0; i < c->label_count; i++)
			is_taken |= strcmp(c->labels[i], label) == 0;
		if (!is_taken)
			break;
		free(label);
	}
	free(base);
	return c->labels[c->label_count++] = label;
}

static void
forget_labels(struct comparison *c)
{
	while (c->label_count > 0)
		free(c->labels[--c->label_count]);
}

/* The absolute path of a file, to be freed; NULL after a message. */
static char *
absolute(const char *file)
{
	char *path = realpath(file, NULL);

	if (path == NULL)
		warn("cannot find %s", file);
	return path;
}

/* Of a path such as linux-6.1/vmlinuz the folder says more than the file. */
static const char *
telling_part(char *path)
{
	static const char *const usual[] = {"vmlinuz", "vmlinux", "bzImage", "Image"};
	char *slash = strrchr(path, '/');

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (slash != NULL && slash != path && strcmp(slash + 1, usual[i]) == 0) {
			*slash = '\0';
			slash = strrchr(path, '/');
		}
	return slash != NULL ? slash + 1 : path;
}

/* Writes a line `key LABEL FILE` for each file. Returns 0, or -1 after a message. */
static int
write_files(struct comparison *c, struct text *plan, const char *key, const struct list *files)
{
	for (size_t i = 0; i < files->count; i++) {
		char *path = absolute(files->at[i]), *copy = path != NULL ? xstrdup(path) : NULL;
		if (path == NULL)
			return -1;
		text_string(plan, key);
		text_char(plan, ' ');
		text_string(plan, make_label(c, telling_part(copy)));
		text_char(plan, ' ');
		words_quote(plan, path);
		text_char(plan, '\n');
		free(copy);
		free(path);
	}
	forget_labels(c);
	return 0;
}

/* A program that is named by a path is packed under its absolute path. */
static int
resolve_programs(struct comparison *c)
{
	for (size_t i = 0; i < c->command_count; i++)
		if (c->images.count == 0 && strchr(c->commands[i][0], '/') != NULL &&
		    (c->commands[i][0] = absolute(c->commands[i][0])) == NULL)
			return -1;
	return 0;
}

static void
write_pack(const struct comparison *c, struct text *plan)
{
	text_string(plan, "pack image");
	for (size_t i = 0; i < c->command_count; i++) {
		text_string(plan, " -b ");
		words_quote(plan, c->commands[i][0]);
	}
	text_char(plan, '\n');
}

static void
write_args(struct comparison *c, struct text *plan)
{
	static const char *const none[] = {""};
	const char *const *args = c->args.count > 0 ? c->args.at : none;

	for (size_t i = 0; i == 0 || i < c->args.count; i++) {
		text_string(plan, "args ");
		text_string(plan, make_label(c, args[i]));
		text_string(plan, " lull.warmup=1 lull.repeat=");
		text_number(plan, c->runs);
		text_char(plan, ' ');
		text_string(plan, args[i]);
		text_char(plan, '\n');
	}
	forget_labels(c);
}

static void
write_commands(struct comparison *c, struct text *plan)
{
	for (size_t i = 0; i < c->command_count; i++) {
		char buffer[512];
		struct text words = text_in(buffer, sizeof(buffer) - 1);
		for (char **word = c->commands[i]; *word != NULL; word++) {
			const char *slash = word == c->commands[i] ? strrchr(*word, '/') : NULL;
			text_string(&words, word == c->commands[i] ? "" : "-");
			text_string(&words, slash != NULL ? slash + 1 : *word);
		}
		buffer[words.used] = '\0';
		text_string(plan, "run ");
		text_string(plan, make_label(c, buffer));
		for (char **word = c->commands[i]; *word != NULL; word++) {
			text_char(plan, ' ');
			words_quote(plan, *word);
		}
		text_char(plan, '\n');
	}
	forget_labels(c);
}

static void
write_setting(struct text *plan, const char *key, const char *value)
{
	if (value == NULL)
		return;
	text_string(plan, key);
	text_char(plan, ' ');
	text_string(plan, value);
	text_char(plan, '\n');
}

/* Writes the whole plan. Returns 0, or -1 after a message. */
static int
write_plan(struct comparison *c, struct text *plan)
{
	char kernel[PATH_MAX], number[32];

	if (c->kernels.count == 0 && appliance_default_kernel(kernel, sizeof(kernel)) != 0)
		return -1;
	if (c->kernels.count == 0)
		append(&c->kernels, kernel, "-k");
	if (write_files(c, plan, "kernel", &c->kernels) != 0 ||
	    write_files(c, plan, "image", &c->images) != 0 || resolve_programs(c) != 0)
		return -1;
	if (c->images.count == 0)
		write_pack(c, plan);
	write_args(c, plan);
	write_commands(c, plan);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)c->blocks);
	write_setting(plan, "boots", number);
	if (c->exact) {
		write_setting(plan, "exact", "yes");
		snprintf(number, sizeof(number), "%llu",
			 (unsigned long long)(c->blocks < LAYOUTS_TO_TELL ? c->blocks
									  : LAYOUTS_TO_TELL));
		write_setting(plan, "layouts", number);
	}
	for (size_t i = 0; i < c->measures.count; i++)
		write_setting(plan, "measure", c->measures.at[i]);
	write_setting(plan, "memory", c->memory);
	write_setting(plan, "cpus", c->cpus);
	write_setting(plan, "qemu", c->qemu);
	write_setting(plan, "timeout", c->timeout);
	if (!plan->full)
		return 0;
	warnx("the arguments are longer than %d bytes", PLAN_TEXT);
	return -1;
}

/* Creates the folder of the study, named after the time. Returns 0, or -1 after a message. */
static int
create_folder(char *path, size_t size)
{
	char cache[PATH_MAX / 2], stamp[32];
	time_t now = time(NULL);
	struct tm utc;

	if (places_cache(cache, sizeof(cache)) != 0)
		return -1;
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &utc));
	snprintf(path, size, "%s/compare", cache);
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		warn("cannot create %s", path);
		return -1;
	}
	snprintf(path, size, "%s/compare/%s-%ld", cache, stamp, (long)getpid());
	if (mkdir(path, 0777) == 0)
		return 0;
	warn("cannot create %s", path);
	return -1;
}

static int
run_plan(const struct text *plan, const char *folder)
{
	char *name = xasprintf("%s/plan", folder), *study = xasprintf("%s/study", folder);
	static char run[] = "run", output[] = "-o";
	char *argv[] = {run, output, study, name, NULL};
	int status;

	FILE *file = fopen(name, "we");
	if (file == NULL || fwrite(plan->data, 1, plan->used, file) != plan->used ||
	    fclose(file) != 0) {
		warn("cannot write %s", name);
		status = STATUS_NO_VERDICT;
	} else {
		warnx("the study is %s; after an interruption: bench run %s -o %s", study, name,
		      study);
		status = subcommand_run(4, argv);
	}
	free(name);
	free(study);
	return status;
}

int
subcommand_compare(int argc, char *argv[])
{
	static struct comparison c;
	static char buffer[PLAN_TEXT];
	struct text plan = text_in(buffer, sizeof(buffer));
	char folder[PATH_MAX];

	if (read_options(&c, argc, argv) != 0)
		return STATUS_WRONG_USAGE;
	if (c.help) {
		fputs("usage: " COMPARE_USAGE, stdout);
		return 0;
	}
	if (write_plan(&c, &plan) != 0)
		return STATUS_WRONG_USAGE;
	if (c.dry_run) {
		printf("%.*s", (int)plan.used, plan.data);
		return 0;
	}
	return create_folder(folder, sizeof(folder)) == 0 ? run_plan(&plan, folder)
							  : STATUS_NO_VERDICT;
}
