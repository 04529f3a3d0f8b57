/* SPDX-License-Identifier: MIT */
#include "plan/reasons.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "plan/print.h"

static int
by_words(const void *a, const void *b)
{
	const struct plan_why *x = a, *y = b;
	int order = strcmp(x->what, y->what);

	return order != 0 ? order : strcmp(x->of, y->of);
}

/* Returns whether a planned link leads to a planned entry. */
static bool
leads_on(const struct plan *plan, const struct plan_entry *link)
{
	char *below = xasprintf("%s/.", link->path), *path = plan_locate(plan, below);
	bool does = path != NULL && (path[0] == '\0' || plan_find(plan, path) != NULL);

	free(path);
	free(below);
	return does;
}

/* Writes a reason's object without paths of this machine. */
static void
write_object(FILE *file, const struct plan_why *why)
{
	const char *colon = strrchr(why->of, ':'), *asked = reasons_asked(why->what);
	bool is_command =
	    strcmp(asked, "-b") == 0 || strcmp(asked, "-t") == 0 || strcmp(asked, "trace") == 0;

	if (strcmp(why->what, "init") == 0)
		return;
	if (!reasons_is_of_file(why) && !is_command && colon != NULL && colon[1] == '/') {
		fputs("SRC", file);
		print_name(file, colon);
	} else {
		print_name(file, why->of);
	}
}

static void
write_line(FILE *file, const struct plan *plan, const struct plan_entry *entry)
{
	struct plan_why *whys = NULL;
	size_t count = 0;

	for (const struct plan_reason *reason = entry->reasons; reason != NULL;
	     reason = reason->next) {
		if (reason->implied || (entry->type == PLAN_LINK && leads_on(plan, entry)))
			continue;
		whys = xgrow(whys, count, sizeof(*whys));
		whys[count++] = reason->why;
	}
	if (count > 0)
		qsort(whys, count, sizeof(*whys), by_words);
	fprintf(file, "%s\t", print_types[entry->type]);
	print_rights(file, entry);
	putc('\t', file);
	if (strcmp(entry->path, REASONS_FILE) == 0)
		fputs("-\t", file);
	else
		fprintf(file, "%" PRIu64 "\t", plan_size(entry));
	print_name(file, entry->path);
	for (size_t i = 0; i < count; i++) {
		fprintf(file, "\t%s\t", whys[i].what);
		write_object(file, &whys[i]);
	}
	putc('\n', file);
	free(whys);
}

char *
reasons_write(const struct plan *plan)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	for (size_t i = 0; file != NULL && i < plan->count; i++)
		write_line(file, plan, plan->entries[i]);
	if (file == NULL || fclose(file) != 0)
		memory_die();
	return text;
}

static int
parse_octal(const char *digits)
{
	int value = 0;

	for (int i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return -1;
		value = value * 8 + digits[i] - '0';
	}
	return value > 0 && value < 256 ? value : -1;
}

/* Decodes the escapes of a field in place. Returns 0, or -1 if one is invalid. */
static int
unescape(char *field)
{
	char *to = field;

	for (char *from = field; *from != '\0'; from++) {
		int value = (unsigned char)*from;
		if (*from == '\\') {
			if ((value = parse_octal(from + 1)) < 0)
				return -1;
			from += 3;
		}
		*to++ = (char)value;
	}
	*to = '\0';
	return 0;
}

/* Parses a line, which it splits in place. Returns 0, or -1 if it is invalid. */
static int
parse_line(struct reasons_line *line, char *text)
{
	enum { PATH_AT = 3 };
	const char *what = NULL;
	size_t at = 0;

	for (char *field; (field = strsep(&text, "\t")) != NULL; at++) {
		if (unescape(field) != 0)
			return -1;
		if (at == PATH_AT)
			line->path = field;
		if (at <= PATH_AT)
			continue;
		if ((at - PATH_AT) % 2 == 1) {
			what = field;
			continue;
		}
		line->whys = xgrow(line->whys, line->count, sizeof(*line->whys));
		line->whys[line->count++] = (struct plan_why){what, field};
	}
	return at > PATH_AT && (at - PATH_AT) % 2 == 1 && line->path[0] == '/' ? 0 : -1;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct reasons_line *)a)->path,
		      ((const struct reasons_line *)b)->path);
}

int
reasons_read(struct reasons *reasons, const char *text, size_t length, size_t *line)
{
	*reasons = (struct reasons){.text = xcalloc(length + 1, 1)};
	memcpy(reasons->text, text, length);
	char *rest = reasons->text;
	for (size_t used = 0; used < length; used = (size_t)(rest - reasons->text)) {
		char *newline = memchr(rest, '\n', length - used);
		reasons->lines = xgrow(reasons->lines, reasons->count, sizeof(*reasons->lines));
		struct reasons_line *last = &reasons->lines[reasons->count++];
		*last = (struct reasons_line){.path = NULL};
		if (newline != NULL)
			*newline = '\0';
		if (newline == NULL || strlen(rest) != (size_t)(newline - rest) ||
		    parse_line(last, rest) != 0) {
			*line = reasons->count;
			reasons_free(reasons);
			return -1;
		}
		rest = newline + 1;
	}
	if (reasons->count > 0)
		qsort(reasons->lines, reasons->count, sizeof(*reasons->lines), by_path);
	return 0;
}

void
reasons_free(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		free(reasons->lines[i].whys);
	free(reasons->lines);
	free(reasons->text);
	*reasons = (struct reasons){.count = 0};
}

const struct reasons_line *
reasons_find(const struct reasons *reasons, const char *path)
{
	const struct reasons_line key = {.path = path};

	return reasons->count > 0
		   ? bsearch(&key, reasons->lines, reasons->count, sizeof(key), by_path)
		   : NULL;
}

const char *
reasons_asked(const char *what)
{
	const char *by = strstr(what, " by ");

	return by != NULL && (strcmp(by + 4, "-t") == 0 || strcmp(by + 4, "trace") == 0) ? by + 4
											 : what;
}

bool
reasons_is_of_file(const struct plan_why *why)
{
	static const char *const kinds[] = {"library of",	  "loader of",	  "interpreter of",
					    "program of",	  "way to",	  "dependency of",
					    "soft dependency of", "companion of", "firmware of",
					    "loaded by",	  "variant of",	  "preloaded for"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(why->what, kinds[i]) == 0)
			return true;
	return strncmp(why->what, "rule ", strlen("rule ")) == 0;
}
