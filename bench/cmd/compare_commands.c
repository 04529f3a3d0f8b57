/* SPDX-License-Identifier: MIT */
/* bench compare -- COMMAND: writes a plan to a new folder in the cache, and runs the study. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
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
#include "cmd/compare.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "study/study_plan.h"
#include "text.h"
#include "words.h"

enum { LABEL_SHOWN = 40, PLAN_TEXT = 256 * 1024 };

struct labels {
	char *at[4 * COMPARE_LIST_MAX]; /* owned, of one list at a time */
	size_t count;
};

/* Makes a label of a text that is not one yet, different from the others of its list. */
static const char *
make_label(struct labels *labels, const char *text)
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
		for (size_t i = 0; i < labels->count; i++)
			is_taken |= strcmp(labels->at[i], label) == 0;
		if (!is_taken)
			break;
		free(label);
	}
	free(base);
	return labels->at[labels->count++] = label;
}

static void
forget_labels(struct labels *labels)
{
	while (labels->count > 0)
		free(labels->at[--labels->count]);
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
write_files(struct text *plan, const char *key, const struct compare_list *files)
{
	struct labels labels = {.count = 0};
	int result = 0;

	for (size_t i = 0; i < files->count && result == 0; i++) {
		char *path = absolute(files->at[i]), *copy = path != NULL ? xstrdup(path) : NULL;
		if (path == NULL) {
			result = -1;
			continue;
		}
		text_string(plan, key);
		text_char(plan, ' ');
		text_string(plan, make_label(&labels, telling_part(copy)));
		text_char(plan, ' ');
		words_quote(plan, path);
		text_char(plan, '\n');
		free(copy);
		free(path);
	}
	forget_labels(&labels);
	return result;
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
write_args(const struct comparison *c, struct text *plan)
{
	struct labels labels = {.count = 0};
	static const char *const none[] = {""};
	const char *const *args = c->args.count > 0 ? c->args.at : none;

	for (size_t i = 0; i == 0 || i < c->args.count; i++) {
		text_string(plan, "args ");
		text_string(plan, make_label(&labels, args[i]));
		text_string(plan, " lull.warmup=1 lull.repeat=");
		text_number(plan, c->runs);
		text_char(plan, ' ');
		text_string(plan, args[i]);
		text_char(plan, '\n');
	}
	forget_labels(&labels);
}

static void
write_commands(const struct comparison *c, struct text *plan)
{
	struct labels labels = {.count = 0};

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
		text_string(plan, make_label(&labels, buffer));
		for (char **word = c->commands[i]; *word != NULL; word++) {
			text_char(plan, ' ');
			words_quote(plan, *word);
		}
		text_char(plan, '\n');
	}
	forget_labels(&labels);
}

static void
write_setting(struct text *plan, const char *key, const char *value)
{
	if (value != NULL)
		text_field_string(plan, key, value);
}

/* Writes the whole plan. Returns 0, or -1 after a message. */
static int
write_plan(struct comparison *c, struct text *plan)
{
	char kernel[PATH_MAX], number[32];
	struct compare_list kernels = c->kernels;

	if (kernels.count == 0 && appliance_default_kernel(kernel, sizeof(kernel)) != 0)
		return -1;
	if (kernels.count == 0)
		kernels.at[kernels.count++] = kernel;
	if (write_files(plan, "kernel", &kernels) != 0 ||
	    write_files(plan, "image", &c->images) != 0 || resolve_programs(c) != 0)
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

/* Judges the study by the limits. Returns bench's exit status. */
static int
check_limits(const struct limits *limits, const char *folder)
{
	static struct study study;
	const struct answer_options options = {.margin = ANSWER_MARGIN};
	char *path = xasprintf("%s/study", folder);
	int status = STATUS_NO_VERDICT;

	if (study_open_readonly(&study, path) == 0) {
		struct answer answer;
		if (answer_make(&answer, &study, &options) == 0)
			status = limits_check(limits, &answer, &options) == 0
				     ? limits_answer(limits, &answer, &options)
				     : STATUS_WRONG_USAGE;
		answer_free(&answer);
	}
	study_close(&study);
	free(path);
	return status;
}

int
compare_commands(struct comparison *c)
{
	static char buffer[PLAN_TEXT];
	struct text plan = text_in(buffer, sizeof(buffer));
	char folder[PATH_MAX];

	if (write_plan(c, &plan) != 0)
		return STATUS_WRONG_USAGE;
	if (c->dry_run) {
		printf("%.*s", (int)plan.used, plan.data);
		return compare_estimate(&plan) == 0 ? 0 : STATUS_WRONG_USAGE;
	}
	if (create_folder(folder, sizeof(folder)) != 0)
		return STATUS_NO_VERDICT;
	int status = run_plan(&plan, folder);
	/* Of a study with cells that were given up, 1, the limits judge the others. */
	return status <= 1 && limits_are_set(&c->limits) ? check_limits(&c->limits, folder)
							 : status;
}
