/* SPDX-License-Identifier: MIT */
#include "resolve/rule_files.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "host/memory.h"
#include "plan/source.h"
#include "resolve/closure.h"

struct wanted {
	struct closure *closure;
	struct plan_why why;
	bool found;
	int result;
};

/* Plans the file at `path`, if there is one. */
static void
add_path(struct wanted *wanted, const char *path)
{
	struct closure *closure = wanted->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0)
		return;
	wanted->found = S_ISREG(found.stat.st_mode);
	if (wanted->found && !filters_match(&closure->filters, found.path)) {
		struct plan_entry *entry = source_add(closure->source, closure->plan, &found, wanted->why);
		if (entry != NULL)
			closure_want_loaded(closure, entry);
		else
			warnx("cannot pack %s: %s", path, source_problem(errno));
		wanted->result |= entry != NULL ? 0 : -1;
	}
	source_release(&found);
}

/* The files that a pattern stands for, whose directory is no pattern. */
static void
add_pattern(struct wanted *wanted, const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	char *directory = memory_format("%.*s", (int)(slash - pattern), pattern);
	struct stat stat;
	char *real = source_real(wanted->closure->source, directory, &stat);
	DIR *open = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;

	while (interrupt_signal() == 0 && open != NULL && (entry = readdir(open)) != NULL) {
		if (fnmatch(slash + 1, entry->d_name, FNM_PERIOD) != 0)
			continue;
		char *path = memory_format("%s/%s", directory, entry->d_name);
		add_path(wanted, path);
		free(path);
	}
	if (open != NULL)
		closedir(open);
	free(real);
	free(directory);
}

/* One of `paths` below `directory`: the first alternative that is there. */
static void
add_below(struct wanted *wanted, const char *directory, char *alternatives)
{
	char *name;

	wanted->found = false;
	while (!wanted->found && (name = strsep(&alternatives, "|")) != NULL) {
		char *path = memory_format("%s/%s", directory, name);
		if (strchr(name, '*') != NULL)
			add_pattern(wanted, path);
		else
			add_path(wanted, path);
		free(path);
	}
}

/* All of `paths`, words with blanks between, below `directory`. */
static void
add_all(struct wanted *wanted, const char *directory, const char *paths)
{
	char *copy = memory_copy(paths), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		add_below(wanted, directory, word);
	free(copy);
}

/* `directory` with what $LIB stands for, to be freed; NULL where it stands for nothing. */
static char *
put_lib(const char *directory, const char *lib)
{
	const char *at = strstr(directory, "$LIB");

	if (at == NULL)
		return memory_copy(directory);
	return lib != NULL ? memory_format("%.*s%s%s", (int)(at - directory), directory, lib, at + 4) : NULL;
}

int
rule_files_add(struct closure *closure, const struct libraries_noted *noted)
{
	const struct rule *rule = &rules[noted->rule];
	char *what = memory_format("rule %s for", rule->name);
	struct wanted wanted = {.closure = closure, .why = {what, noted->of}};
	const struct rule_words *words = strstr(rule->paths, "%s") != NULL
					     ? rule_words_get(closure->libraries.words, noted->rule, closure->plan)
					     : NULL;
	char *below = memory_copy(rule->below), *rest = below, *word;

	while ((word = strsep(&rest, " ")) != NULL) {
		char *directory = put_lib(word, noted->lib);
		if (directory != NULL && words == NULL)
			add_all(&wanted, directory, rule->paths);
		for (size_t i = 0; directory != NULL && words != NULL && i < words->count; i++) {
			char *paths = rule_words_put(rule->paths, words->list[i]);
			add_all(&wanted, directory, paths);
			free(paths);
		}
		free(directory);
	}
	free(below);
	free(what);
	return wanted.result;
}
