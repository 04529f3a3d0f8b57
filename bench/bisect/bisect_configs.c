/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "bisect/bisect_modes.h"
#include "bisect/bisect_question.h"
#include "bisect/config_mix.h"
#include "bisect/git.h"
#include "bisect/kernel_build.h"
#include "bisect/least_set.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "sha256.h"
#include "text.h"

enum { CONFIG_MAX = 16 * 1024 * 1024, NAME_DIGITS = 16, SHOWN_MAX = 3 };

struct configs {
	struct config_mix mix;
	const char *commit;
};

struct config_context {
	const struct bisect_options *options;
	const char *commit;
	char *file, *text; /* owned: the mixture */
};

static int
build_config(void *context, char **kernel, char **problem)
{
	const struct config_context *c = context;

	if (io_create(AT_FDCWD, c->file, c->text, strlen(c->text)) != 0 && errno != EEXIST) {
		warn("cannot create %s", c->file);
		return -1;
	}
	return kernel_build(c->options, c->commit, c->file, kernel, problem);
}

/* The chosen options, or how many they are; to be freed. */
static char *
describe_set(const struct config_mix *mix, const bool *chosen)
{
	char *text = xstrdup("");
	size_t size = 0;

	for (size_t i = 0; i < mix->count; i++) {
		if (!chosen[i] || ++size > SHOWN_MAX)
			continue;
		char *longer =
		    xasprintf("%s%s%s", text, text[0] != '\0' ? " " : "", mix->at[i].option);
		free(text);
		text = longer;
	}
	if (size > 0 && size <= SHOWN_MAX)
		return text;
	free(text);
	return size == 0 ? xstrdup("no option") : xasprintf("%zu options", size);
}

static void
make_point(struct least_set *set, const bool *chosen, struct bisect_point *point)
{
	const struct configs *c = set->context;
	struct config_context *context = xcalloc(1, sizeof(*context));
	unsigned char digest[SHA256_SIZE];
	char name[2 * SHA256_SIZE];
	struct text text = text_in(name, sizeof(name));
	struct sha256 sum;

	context->options = set->b->options;
	context->commit = c->commit;
	context->text = config_mix_text(&c->mix, chosen);
	sha256_start(&sum);
	sha256_add(&sum, context->text, strlen(context->text));
	sha256_finish(&sum, digest);
	for (size_t i = 0; i < NAME_DIGITS / 2; i++)
		text_hex(&text, digest[i], 2);
	context->file = xasprintf("%s/configs/%.*s", set->b->folder, (int)text.used, name);
	*point = (struct bisect_point){.name = xasprintf("config %.*s", (int)text.used, name),
				       .shown = describe_set(&c->mix, chosen),
				       .args = "",
				       .kernel = build_config,
				       .context = context};
}

static void
release_point(struct least_set *set, struct bisect_point *point)
{
	struct config_context *context = point->context;
	(void)set;

	free(context->file);
	free(context->text);
	free(context);
	free((char *)point->name);
	free((char *)point->shown);
}

static void
print_options(const struct config_mix *mix, const bool *chosen)
{
	puts("the least set of options (bad, instead of good):");
	for (size_t i = 0; i < mix->count; i++)
		if (chosen[i])
			printf("  %s, instead of %s\n",
			       mix->at[i].bad != NULL ? mix->at[i].bad : "no line",
			       mix->at[i].good != NULL ? mix->at[i].good : "no line");
}

/* Reads both configurations. Returns 0, or bench's exit status after a message. */
static int
read_configs(struct config_mix *mix, const struct bisect_options *o)
{
	char *texts[2] = {NULL, NULL};
	size_t length;
	int status = 0;

	for (int i = 0; i < 2 && status == 0; i++)
		if ((texts[i] = io_read(AT_FDCWD, o->configs.at[i], CONFIG_MAX, &length)) == NULL) {
			warn("cannot read %s", o->configs.at[i]);
			status = STATUS_WRONG_USAGE;
		}
	if (status == 0)
		config_mix_make(mix, texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
	if (status == 0 && mix->count == 0) {
		warnx("%s and %s do not differ in an option", o->configs.at[0], o->configs.at[1]);
		status = STATUS_WRONG_USAGE;
	}
	return status;
}

/* Returns bench's exit status. */
static int
search_configs(struct configs *c, const struct bisect_options *o)
{
	char *question = bisect_question(o);
	bool *chosen = xcalloc(c->mix.count, sizeof(*chosen));
	struct bisection b;
	int status = STATUS_NO_VERDICT;

	if (question != NULL) {
		struct least_set set = {&b, c->mix.count, make_point, release_point, c};
		if (bisection_open(&b, o, question) == 0) {
			char *folder = xasprintf("%s/configs", b.folder);
			if (mkdir(folder, 0777) != 0 && errno != EEXIST)
				warn("cannot create %s", folder);
			else if ((status = least_set_find(&set, chosen)) == 0)
				print_options(&c->mix, chosen);
			free(folder);
		}
		bisection_close(&b);
	}
	free(chosen);
	free(question);
	return status;
}

int
bisect_configs(const struct bisect_options *o)
{
	struct configs c = {.commit = NULL};
	struct bisect_options options = *o;
	int status = read_configs(&c.mix, o);
	char *commit = status == 0 ? git_commit(o->tree, "HEAD") : NULL;

	options.good = c.commit = commit;
	if (commit != NULL)
		status = search_configs(&c, &options);
	else if (status == 0)
		status = STATUS_NO_VERDICT;
	config_mix_free(&c.mix);
	free(commit);
	return status;
}
