/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/message.h"
#include "base/status.h"
#include "host/memory.h"
#include "plan/print.h"
#include "view/loaded.h"
#include "view/view.h"
#include "view/view_print.h"

enum {
	CHAINS_MAX = 16,
	STEPS_MAX = 100000,
};

/* A file on a chain, and its relation to the file before it. */
struct step {
	const struct rootfs_entry *entry;
	const char *how;
	size_t before; /* its own index: it is the first */
};

/*
 * All chains grow from the requested path in turn, one step at a time, so the shortest are printed
 * first.
 */
struct chains {
	const struct explained *explained;
	const char *asked; /* the requested path, if links make it another one; or NULL */
	struct step *steps;
	size_t count;
	size_t printed;
};

static void
add_chain(struct chains *chains, size_t before, const char *how, const struct rootfs_entry *entry)
{
	for (size_t at = before; chains->count > 0; at = chains->steps[at].before) {
		if (chains->steps[at].entry == entry)
			return; /* cycles are dropped */
		if (chains->steps[at].before == at)
			break;
	}
	chains->steps = xgrow(chains->steps, chains->count, sizeof(*chains->steps));
	chains->steps[chains->count++] = (struct step){entry, how, before};
}

/* Prints the files up to `at`, the last without its reason. */
static void
print_steps(const struct chains *chains, size_t at)
{
	const struct step *step = &chains->steps[at];

	if (step->before != at) {
		print_steps(chains, step->before);
		printf(": %s ", step->how);
		view_print_path(step->entry);
		fputs("; ", stdout);
	} else if (chains->asked != NULL) {
		print_name(stdout, chains->asked);
		fputs(": leads to ", stdout);
		view_print_path(step->entry);
		fputs("; ", stdout);
	}
	view_print_path(step->entry);
}

/* Ends a chain at a request. `why` is NULL if the manifest has no reason. */
static void
print_chain(struct chains *chains, size_t at, const struct plan_why *why)
{
	if (chains->printed++ >= CHAINS_MAX)
		return;
	print_steps(chains, at);
	if (why == NULL) {
		puts(": no reason in the manifest");
	} else if (strcmp(why->what, "skeleton") == 0 || strcmp(why->what, "init") == 0) {
		puts(": in every image");
	} else {
		/* Reasons from a traced run describe the access. */
		fputs(reasons_asked(why->what) == why->what ? ": asked for by " : ": ", stdout);
		print_name(stdout, why->what);
		fputs(why->of[0] != '\0' ? " " : "", stdout);
		print_name(stdout, why->of);
		putchar('\n');
	}
}

/* Adds the direct entries of a directory. */
static void
add_children(struct chains *chains, size_t at)
{
	const struct rootfs *rootfs = &chains->explained->loaded.image.rootfs;
	const char *path = chains->steps[at].entry->path;
	size_t length = strlen(path);

	for (size_t i = 0; i < rootfs->count && chains->count < STEPS_MAX; i++) {
		const char *child = rootfs->entries[i]->path;
		if (strncmp(child, path, length) == 0 && child[length] == '/' &&
		    strchr(child + length + 1, '/') == NULL)
			add_chain(chains, at, "holds", rootfs->entries[i]);
	}
}

static void
follow_reasons(struct chains *chains, size_t at)
{
	const struct rootfs *rootfs = &chains->explained->loaded.image.rootfs;
	const struct rootfs_entry *entry = chains->steps[at].entry, *next;
	const struct reasons_line *line = reasons_find(&chains->explained->reasons, entry->path);
	size_t before = chains->count;

	for (size_t i = 0; line != NULL && i < line->count; i++) {
		const struct plan_why *why = &line->whys[i];
		if (reasons_is_of_file(why) &&
		    (next = rootfs_find(rootfs, why->of, true, NULL)) != NULL)
			add_chain(chains, at, why->what, next);
		else
			print_chain(chains, at, why);
	}
	if (line != NULL && line->count > 0)
		return;
	if (S_ISLNK(entry->file->mode) &&
	    (next = rootfs_find(rootfs, entry->path, true, NULL)) != NULL)
		add_chain(chains, at, "leads to", next);
	else if (S_ISDIR(entry->file->mode))
		add_children(chains, at);
	if (chains->count == before && chains->steps[at].before == at)
		print_chain(chains, at, NULL);
}

int
view_why(const char *path, const char *name)
{
	struct explained explained;
	char real[PATH_MAX];
	int status = explained_read(&explained, name);

	if (status != DONE)
		return status;
	struct chains chains = {.explained = &explained};
	const struct rootfs_entry *entry =
	    rootfs_find(&explained.loaded.image.rootfs, path, false, real);
	if (entry == NULL || !entry->file->is_named) {
		loaded_report(&explained.loaded);
		message_warnx("cannot explain %s: it is not in %s", path, name);
		status = FOUND;
	} else {
		chains.asked =
		    strcmp(path + (path[0] == '/'), entry->path + (entry->path[0] == '/')) != 0
			? path
			: NULL;
		add_chain(&chains, 0, NULL, entry);
	}
	for (size_t i = 0; i < chains.count && i < STEPS_MAX && chains.printed <= CHAINS_MAX; i++)
		follow_reasons(&chains, i);
	if (chains.printed > CHAINS_MAX)
		puts("and more");
	free(chains.steps);
	explained_free(&explained);
	return view_end(status);
}
