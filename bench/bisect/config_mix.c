/* SPDX-License-Identifier: MIT */
#include "bisect/config_mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

#define NOT_SET "# CONFIG_"

/* The length of the option's name in a line, and its start; 0: the line has none. */
static size_t
option_of(const char *line, size_t length, const char **name)
{
	*name = line;
	if (length > strlen(NOT_SET) && strncmp(line, NOT_SET, strlen(NOT_SET)) == 0) {
		*name = line + 2;
		size_t end = strcspn(*name, " \n");
		return strncmp(*name + end, " is not set", strlen(" is not set")) == 0 ? end : 0;
	}
	const char *equals = memchr(line, '=', length);
	bool is_option = strncmp(line, "CONFIG_", strlen("CONFIG_")) == 0;
	return is_option && equals != NULL ? (size_t)(equals - line) : 0;
}

struct lines {
	struct config_difference *at; /* only `good` is set, to any file's line */
	size_t count;
};

static int
compare_options(const void *a, const void *b)
{
	const struct config_difference *one = a, *other = b;

	return strcmp(one->option, other->option);
}

/* Returns the options of a text, sorted. */
static struct lines
read_lines(const char *text)
{
	struct lines lines = {.count = 0};

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		const char *name;
		size_t size = option_of(text, length, &name);
		if (size > 0) {
			lines.at = xgrow(lines.at, lines.count, sizeof(*lines.at));
			lines.at[lines.count++] = (struct config_difference){
			    .option = xasprintf("%.*s", (int)size, name),
			    .good = xasprintf("%.*s", (int)length, text)};
		}
		text += length + (text[length] == '\n');
	}
	if (lines.count > 0)
		qsort(lines.at, lines.count, sizeof(*lines.at), compare_options);
	return lines;
}

static void
free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		free(lines->at[i].option);
		free(lines->at[i].good);
	}
	free(lines->at);
}

static void
add_difference(struct config_mix *mix, const char *option, const char *good, const char *bad)
{
	if (good != NULL && bad != NULL && strcmp(good, bad) == 0)
		return;
	mix->at = xgrow(mix->at, mix->count, sizeof(*mix->at));
	mix->at[mix->count++] =
	    (struct config_difference){.option = xstrdup(option),
				       .good = good != NULL ? xstrdup(good) : NULL,
				       .bad = bad != NULL ? xstrdup(bad) : NULL};
}

void
config_mix_make(struct config_mix *mix, const char *good, const char *bad)
{
	struct lines one = read_lines(good), other = read_lines(bad);
	size_t i = 0, k = 0;

	*mix = (struct config_mix){.good = xstrdup(good)};
	while (i < one.count || k < other.count) {
		int order = i == one.count     ? 1
			    : k == other.count ? -1
					       : compare_options(&one.at[i], &other.at[k]);
		const struct config_difference *named = order <= 0 ? &one.at[i] : &other.at[k];
		add_difference(mix, named->option, order <= 0 ? one.at[i].good : NULL,
			       order >= 0 ? other.at[k].good : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	free_lines(&one);
	free_lines(&other);
}

void
config_mix_free(struct config_mix *mix)
{
	for (size_t i = 0; i < mix->count; i++) {
		free(mix->at[i].option);
		free(mix->at[i].good);
		free(mix->at[i].bad);
	}
	free(mix->at);
	free(mix->good);
	*mix = (struct config_mix){.count = 0};
}

/* Returns whether the line of an option is replaced. */
static bool
is_replaced(const struct config_mix *mix, const bool *chosen, const char *name, size_t size)
{
	char *option = xasprintf("%.*s", (int)size, name);
	const struct config_difference key = {.option = option}, *found = NULL;

	if (mix->count > 0)
		found = bsearch(&key, mix->at, mix->count, sizeof(*mix->at), compare_options);
	free(option);
	return found != NULL && chosen[found - mix->at];
}

char *
config_mix_text(const struct config_mix *mix, const bool *chosen)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		memory_die();
	for (const char *line = mix->good; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		const char *name;
		size_t named = option_of(line, length, &name);
		if (named == 0 || !is_replaced(mix, chosen, name, named))
			fprintf(out, "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	for (size_t i = 0; i < mix->count; i++)
		if (chosen[i] && mix->at[i].bad != NULL)
			fprintf(out, "%s\n", mix->at[i].bad);
	if (fclose(out) != 0)
		memory_die();
	return text;
}
