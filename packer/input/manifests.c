/* SPDX-License-Identifier: MIT */
#include "input/manifests.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"
#include "input/items.h"
#include "plan/conflict.h"
#include "plan/filter.h"
#include "plan/plan.h"
#include "resolve/closure.h"
#include "text.h"
#include "words.h"

/* Returns all bytes of a file, to be freed; NULL with errno, EFBIG if it exceeds 16 MiB. */
static char *
read_all(int fd, size_t *length)
{
	enum { MOST = 16 * 1024 * 1024, BLOCK = 64 * 1024 };
	char *text = NULL;
	ssize_t got = 1;

	for (*length = 0; got > 0 && *length <= MOST; *length += got > 0 ? (size_t)got : 0) {
		char *more = realloc(text, *length + BLOCK);
		if (more == NULL)
			break;
		text = more;
		do
			got = read(fd, text + *length, BLOCK);
		while (got < 0 && errno == EINTR);
	}
	if (got == 0)
		return text;
	if (got > 0)
		errno = *length > MOST ? EFBIG : ENOMEM;
	free(text);
	return NULL;
}

/* Returns the absolute path of a file's directory, to be freed. */
static char *
folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	int length = slash != NULL ? (int)(slash - file) : 0;
	char here[PATH_MAX];

	if (file[0] == '/')
		return xasprintf("%.*s", length, file);
	if (getcwd(here, sizeof(here)) == NULL)
		message_err(3, "cannot get the current directory");
	return length > 0 ? xasprintf("%s/%.*s", here, length, file) : xstrdup(here);
}

static int
read_one(struct manifests *manifests, const char *file)
{
	bool is_input = strcmp(file, "-") == 0;
	const char *name = is_input ? "<stdin>" : file;
	int fd = is_input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	char *text = fd >= 0 ? read_all(fd, &length) : NULL;

	if (text == NULL)
		message_warn("cannot read the manifest %s", name);
	if (fd >= 0 && !is_input)
		close(fd);
	if (text == NULL)
		return 3;
	manifests->files = xgrow(manifests->files, manifests->count, sizeof(*manifests->files));
	struct manifests_file *read = &manifests->files[manifests->count++];
	*read = (struct manifests_file){.name = name, .directory = folder_of(file)};
	int result = manifest_read(&read->manifest, text, length);
	free(text);
	for (size_t i = 0; i < read->manifest.problem_count; i++) {
		char *line = xasprintf("%s:%zu", name, read->manifest.problems[i].number);
		message_about(line);
		message_warnx("%s", read->manifest.problems[i].text);
		message_about(NULL);
		free(line);
	}
	return result == 0 ? 0 : 2;
}

int
manifests_read(struct manifests *manifests, const char *const *files, size_t count)
{
	int worst = 0;

	for (size_t i = 0; i < count; i++) {
		int status = read_one(manifests, files[i]);
		worst = status > worst ? status : worst;
	}
	return worst;
}

void
manifests_free(struct manifests *manifests)
{
	for (size_t i = 0; i < manifests->count; i++) {
		manifest_free(&manifests->files[i].manifest);
		free(manifests->files[i].directory);
	}
	free(manifests->files);
	*manifests = (struct manifests){.files = NULL};
}

bool
manifests_have(const struct manifests *manifests, enum manifest_word word)
{
	bool has = false;

	for (size_t f = 0; f < manifests->count; f++)
		for (size_t i = 0; i < manifests->files[f].manifest.count; i++)
			has |= manifests->files[f].manifest.lines[i].word == word;
	return has;
}

/* Sets an entry's mode and owner as the line requests. Conflicting lines are an error. */
static int
set_attributes(struct plan_entry *entry, const struct manifest_line *line, const char *where)
{
	int result = 0;

	if (entry->line == NULL)
		entry->line = where;
	if (line->has_mode && entry->mode_line != NULL && entry->mode != line->mode) {
		message_warnx("cannot give %s mode %04o: %s gives it %04o", entry->path, line->mode,
			      entry->mode_line, entry->mode);
		result = -1;
	} else if (line->has_mode) {
		entry->mode = line->mode;
		entry->mode_line = where;
	}
	if (line->has_owner && entry->owner_line != NULL &&
	    (entry->uid != line->uid || entry->gid != line->gid)) {
		message_warnx("cannot give %s owner %u:%u: %s gives it %u:%u", entry->path,
			      line->uid, line->gid, entry->owner_line, entry->uid, entry->gid);
		result = -1;
	} else if (line->has_owner) {
		entry->uid = line->uid;
		entry->gid = line->gid;
		entry->owner_line = where;
	}
	return result;
}

static int
plan_programs(struct items *items, const struct manifest_line *line)
{
	int result = 0;

	for (size_t i = 0; i < line->count; i++)
		result |= items_add_binary(items, line->operands[i]);
	return result;
}

static int
plan_file(struct items *items, const struct manifest_line *line)
{
	struct plan_entry *entry;
	mode_t type = line->word == MANIFEST_TREE ? S_IFDIR : S_IFREG;

	if (items_add_file_at(items, line->operands[0], line->operands[1], type, &entry) != 0)
		return -1;
	return entry != NULL ? set_attributes(entry, line, items->line->where) : 0;
}

/* Plans the entry of a line link, dir or node. */
static int
plan_entry(struct items *items, const struct manifest_line *line)
{
	static const struct plan_entry kinds[] = {
	    [MANIFEST_LINK] = {.type = PLAN_LINK, .rank = PLAN_GIVEN, .mode = 0777},
	    [MANIFEST_DIR] = {.type = PLAN_DIR, .rank = PLAN_GIVEN, .mode = 0755},
	    [MANIFEST_NODE] = {.type = PLAN_NODE, .rank = PLAN_GIVEN, .mode = 0600},
	};
	struct plan *plan = items->closure->plan;
	const struct plan_why why = items_why(items, "", line->operands[0]);
	struct plan_entry wanted = kinds[line->word], *entry = NULL;

	/* dir accepts a planned link to a directory; link and node do not follow the last link. */
	char *path = xasprintf("%s%s", line->operands[0], wanted.type == PLAN_DIR ? "/." : "");
	char *located = plan_locate(plan, path);
	free(path);
	if (located == NULL || located[0] == '\0') {
		message_warnx("cannot put %s at %s: %s", items->line->word, line->operands[0],
			      located == NULL ? strerror(errno)
					      : "the root directory always exists");
		free(located);
		return -1;
	}
	const struct plan_entry *there = plan_find(plan, located);
	if (there != NULL && there->type == wanted.type)
		wanted.mode = there->mode;
	wanted.path = located;
	wanted.content = line->operands[1];
	wanted.node = line->node;
	wanted.major = line->major;
	wanted.minor = line->minor;
	plan->differs = true;
	if (plan_add_parents(plan, located, why) == 0)
		entry = plan_add(plan, &wanted, why);
	int result = entry != NULL ? set_attributes(entry, line, items->line->where)
				   : conflict_report(plan, items->line->word, located);
	free(located);
	return result;
}

static enum manifests_turn
turn_of(const struct manifest_line *line)
{
	switch (line->word) {
	case MANIFEST_FILTER:
		return MANIFESTS_FILTERS;
	case MANIFEST_MODULE:
		return MANIFESTS_MODULES;
	case MANIFEST_BIN:
	case MANIFEST_TRY:
	case MANIFEST_TRACE:
		return MANIFESTS_PROGRAMS;
	case MANIFEST_FILE:
	case MANIFEST_TREE:
		return line->count > 1 || line->operands[0][0] != '/' ? MANIFESTS_MOVED
								      : MANIFESTS_KEEPING;
	default:
		return MANIFESTS_ENTRIES;
	}
}

/* The words of a line as a command line, to be freed. */
static char *
quote_line(const struct manifest_line *line)
{
	char shown[4096];
	struct text t = text_in(shown, sizeof(shown) - 1);

	for (size_t i = 0; i < line->count; i++) {
		if (i > 0)
			text_char(&t, ' ');
		words_quote(&t, line->operands[i]);
	}
	return xasprintf("%.*s", (int)t.used, shown);
}

static int
plan_line(struct items *items, const struct manifest_line *line, enum manifests_turn turn)
{
	char *command;
	int result;

	switch (turn) {
	case MANIFESTS_FILTERS:
		for (size_t i = 0; i < line->count; i++)
			filters_add(&items->closure->filters, line->operands[i],
				    items->line->where);
		return 0;
	case MANIFESTS_PROGRAMS:
		if (line->word != MANIFEST_TRACE)
			return plan_programs(items, line);
		command = quote_line(line);
		result =
		    items_add_command(items, line->operands[0], items_why(items, "-t", command));
		free(command);
		return result;
	case MANIFESTS_TRACES:
		command = quote_line(line);
		result = items_add_trace(items, line->operands, command);
		free(command);
		return result;
	case MANIFESTS_MODULES:
		return items_add_modules(items, line->operands);
	case MANIFESTS_ENTRIES:
		return plan_entry(items, line);
	default:
		return plan_file(items, line);
	}
}

size_t
manifests_plan(const struct manifests *manifests, struct items *items, enum manifests_turn turn)
{
	size_t failed = 0;

	for (size_t f = 0; f < manifests->count; f++) {
		const struct manifests_file *file = &manifests->files[f];
		for (size_t i = 0; i < file->manifest.count; i++) {
			const struct manifest_line *line = &file->manifest.lines[i];
			if (turn_of(line) != turn &&
			    !(turn == MANIFESTS_TRACES && line->word == MANIFEST_TRACE))
				continue;
			char *where = xasprintf("%s:%zu", file->name, line->number);
			const struct items_line asks = {
			    .where = plan_string(items->closure->plan, where),
			    .word = manifest_word_name(line->word),
			    .directory = file->directory,
			    .optional = line->word == MANIFEST_TRY,
			    .report_skipped = manifests->report_skipped,
			};
			free(where);
			items->line = &asks;
			message_about(asks.where);
			failed += plan_line(items, line, turn) != 0;
			message_about(NULL);
			items->line = NULL;
		}
	}
	return failed;
}

size_t
manifests_unused_filters(const struct closure *closure)
{
	size_t unused = 0;

	for (size_t i = 0; i < closure->filters.count; i++) {
		const struct filter *filter = &closure->filters.list[i];
		if (filter->matched)
			continue;
		message_about(filter->line);
		message_warnx("filter %s matches nothing: no tree has such a path; correct or "
			      "remove it",
			      filter->glob);
		message_about(NULL);
		unused++;
	}
	return unused;
}
