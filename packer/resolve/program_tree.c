/* SPDX-License-Identifier: MIT */
#include "resolve/program_tree.h"

#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/message.h"
#include "host/memory.h"
#include "plan/names.h"
#include "plan/plan.h"
#include "plan/reasons.h"
#include "plan/source.h"
#include "text.h"

static bool
has_type(const struct source *source, const char *path, mode_t type)
{
	struct stat found;

	if (source->root[0] == '\0')
		return stat(path, &found) == 0 && (found.st_mode & S_IFMT) == type;
	char *real = source_real(source, path, &found);
	bool has = real != NULL && (found.st_mode & S_IFMT) == type;
	free(real);
	return has;
}

static void
add_tree(struct program_trees *trees, const char *program, const char *folder, bool is_prefix)
{
	for (size_t i = 0; i < trees->count; i++)
		if (strcmp(trees->list[i].folder, folder) == 0)
			return;
	trees->list = xgrow(trees->list, trees->count, sizeof(*trees->list));
	trees->list[trees->count++] = (struct program_tree){program, xstrdup(folder), is_prefix};
}

static const char *
name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Returns the parent of a program's directory, to be freed, or NULL if that is the root. */
static char *
prefix_of(const char *path)
{
	size_t length = (size_t)(strrchr(path, '/') - path);

	while (length > 0 && path[length - 1] != '/')
		length--;
	return length > 1 ? xasprintf("%.*s", (int)length - 1, path) : NULL;
}

/* Whether a folder has files other than libraries. */
static bool
has_data(const struct source *source, const char *folder)
{
	struct stat found;
	char *real = source_real(source, folder, &found);
	DIR *directory = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;
	bool has = false;

	while (directory != NULL && !has && (entry = readdir(directory)) != NULL)
		has = entry->d_type == DT_REG && strstr(entry->d_name, ".so") == NULL &&
		      entry->d_name[0] != '.' && fnmatch("*.[al]*", entry->d_name, 0) != 0;
	if (directory != NULL)
		closedir(directory);
	free(real);
	return has;
}

/* Appends directories with the program's name. /usr/lib/init belongs to no program. */
static void
find_named(struct program_trees *trees, const struct source *source, const char *prefix,
	   const char *path, const char *name, const char *multiarch)
{
	static const char *const below[] = {"/lib/", "/libexec/", "/share/", "/lib/"};
	enum { PLACES = sizeof(below) / sizeof(*below) };
	char folder[PATH_MAX];

	for (size_t i = 0; i < PLACES && strcmp(name, "init") != 0; i++) {
		/* xasprintf() would dominate the run time. */
		struct text t = text_in(folder, sizeof(folder));
		text_string(&t, prefix);
		text_string(&t, below[i]);
		if (i == PLACES - 1) {
			text_string(&t, multiarch != NULL ? multiarch : "");
			text_char(&t, '/');
		}
		text_string(&t, name);
		text_char(&t, '\0');
		if (!t.full && has_type(source, folder, S_IFDIR))
			add_tree(trees, path, folder, false);
	}
}

void
program_tree_find(struct program_trees *trees, const struct source *source, const char *asked,
		  const char *path, const char *multiarch)
{
	char *prefix = prefix_of(path), *above = prefix_of(asked);
	char *folder = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	char *config = above != NULL ? xasprintf("%s/pyvenv.cfg", above) : NULL;

	if (config != NULL && has_type(source, config, S_IFREG)) {
		add_tree(trees, path, above, true);
	} else if (prefix != NULL) {
		find_named(trees, source, prefix, path, name_of(path), multiarch);
		if (strcmp(name_of(asked), name_of(path)) != 0)
			find_named(trees, source, prefix, path, name_of(asked), multiarch);
		char *lib = xasprintf("%s/lib", prefix);
		bool is_own = strcmp(name_of(folder), "bin") == 0 && !names_is_usual(folder);
		if (is_own && has_data(source, lib))
			add_tree(trees, path, lib, true);
		free(lib);
	}
	free(config);
	free(folder);
	free(prefix);
	free(above);
}

/* Whether a file of the folder is planned, other than the program. */
static bool
has_file(const struct plan *plan, const struct program_tree *tree)
{
	const char *folder = tree->folder;
	size_t length = strlen(folder);

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = plan->entries[i];
		if (entry->type == PLAN_FILE && entry->path != tree->program &&
		    strncmp(entry->path, folder, length) == 0 && entry->path[length] == '/' &&
		    !(tree->is_prefix && reasons_is_of_file(&entry->reasons->why)))
			return true;
	}
	return false;
}

/* Whether a traced run executed the program, and so showed its files. */
static bool
was_run(const struct plan_entry *program)
{
	const struct plan_reason *reason = program->reasons;

	while (reason != NULL &&
	       strncmp(reason->why.what, "executed by", strlen("executed by")) != 0)
		reason = reason->next;
	return reason != NULL;
}

void
program_tree_report(const struct program_trees *trees, const struct plan *plan)
{
	const char *reported = NULL;

	for (size_t i = 0; i < trees->count; i++) {
		const struct program_tree *tree = &trees->list[i];
		if (tree->program == reported || has_file(plan, tree) ||
		    was_run(plan_find(plan, tree->program)))
			continue;
		/* Report one folder for each program. */
		reported = tree->program;
		message_warnx(
		    "note: %s may need files in %s that are not packed; a run under -t packs "
		    "what it needs",
		    tree->program, tree->folder);
	}
}

void
program_tree_free(struct program_trees *trees)
{
	for (size_t i = 0; i < trees->count; i++)
		free(trees->list[i].folder);
	free(trees->list);
	*trees = (struct program_trees){.list = NULL};
}
