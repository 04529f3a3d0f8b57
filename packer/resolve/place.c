/* SPDX-License-Identifier: MIT */
#include "resolve/place.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "host/memory.h"
#include "plan/conflict.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/closure.h"

/*
 * Whether packer will replace this file. An image that is written into a packed directory is not
 * part of it: each image would contain the one before.
 */
static bool
is_replaced(const struct closure *closure, const char *path)
{
	const struct source *source = closure->source;
	struct stat found;

	return (source->replaced[0].inode != 0 || source->replaced[1].inode != 0) &&
	       lstat(path, &found) == 0 && source_is_replaced(source, &found);
}

static int
place_directory(struct closure *closure, const char *from, const char *to, struct plan_why why)
{
	const char *above = closure->tree;
	DIR *directory = opendir(from);
	struct dirent *entry;
	int result = 0;

	if (directory == NULL) {
		message_warn("cannot read %s", from);
		return -1;
	}
	closure->tree = above != NULL ? above : plan_string(closure->plan, to);
	while (errno = 0, interrupt_signal() == 0 && (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *child = xasprintf("%s/%s", from, entry->d_name);
		char *at = xasprintf("%s/%s", to, entry->d_name);
		if (!is_replaced(closure, child) && !filters_match(&closure->filters, at) &&
		    place_file(closure, child, at, false, why) != 0)
			result = -1;
		free(child);
		free(at);
	}
	if (errno != 0) {
		message_warn("cannot read %s", from);
		result = -1;
	}
	closedir(directory);
	closure->tree = above;
	return result;
}

/* Copies a link of a tree unchanged. */
static int
read_link(struct plan_entry *wanted, const char *from, char target[PATH_MAX])
{
	ssize_t length = readlink(from, target, PATH_MAX - 1);

	if (length < 0) {
		message_warn("cannot read %s", from);
		return -1;
	}
	target[length] = '\0';
	wanted->type = PLAN_LINK;
	wanted->mode = 0777;
	wanted->content = target;
	return 0;
}

/* Plans a directory with its contents. A planned link to a directory serves as well. */
static int
add_directory(struct closure *closure, const char *from, const char *to, struct plan_why why,
	      struct plan_entry *wanted)
{
	const struct plan_entry *there = plan_find(closure->plan, to);

	if (there != NULL && there->type == PLAN_LINK)
		return place_at(closure, from, to, why);
	wanted->type = PLAN_DIR;
	struct plan_entry *entry = plan_add_parents(closure->plan, to, why) == 0
				       ? plan_add(closure->plan, wanted, why)
				       : NULL;
	if (entry != NULL) {
		char *same = source_path(closure->source, to);
		entry->followed |= strcmp(same, from) == 0;
		free(same);
		return place_directory(closure, from, to, why);
	}
	return conflict_report(closure->plan, from, to);
}

int
place_file(struct closure *closure, const char *from, const char *to, bool follow,
	   struct plan_why why)
{
	struct plan_entry wanted = {.path = to, .rank = PLAN_GIVEN, .tree = closure->tree},
			  *entry = NULL;
	char target[PATH_MAX];
	int problem;

	if ((follow ? stat : lstat)(from, &wanted.stat) != 0) {
		message_warn("cannot find %s", from);
		return -1;
	}
	wanted.mode = wanted.stat.st_mode & 07777;
	if (S_ISDIR(wanted.stat.st_mode)) {
		return add_directory(closure, from, to, why, &wanted);
	} else if (S_ISLNK(wanted.stat.st_mode)) {
		if (read_link(&wanted, from, target) != 0)
			return -1;
	} else if ((problem = source_check(closure->source, from, &wanted.stat)) != 0) {
		message_warnx("cannot pack %s: %s", from, source_problem(problem));
		return -1;
	} else {
		char *same = source_path(closure->source, to);
		wanted.type = PLAN_FILE;
		source_set_mode(closure->source, &wanted, &wanted.stat);
		wanted.source = from;
		wanted.in_place = strcmp(same, from) == 0;
		closure->plan->differs |= !wanted.in_place;
		free(same);
	}
	if (plan_add_parents(closure->plan, to, why) == 0)
		entry = plan_add(closure->plan, &wanted, why);
	if (entry == NULL)
		return conflict_report(closure->plan, from, to);
	if (entry->type == PLAN_LINK && !entry->followed) {
		entry->followed = true;
		closure_want_link(closure, to, from, why);
	}
	closure_want(closure, entry);
	return 0;
}

int
place_at(struct closure *closure, const char *from, const char *to, struct plan_why why)
{
	const char *slash = strrchr(from, '/'), *name = slash != NULL ? slash + 1 : from;
	bool into = to[strlen(to) - 1] == '/';
	struct stat found;
	bool is_directory = stat(from, &found) == 0 && S_ISDIR(found.st_mode);
	/* A directory for /bin/ or / is not put there by its name: its contents are. */
	char *wanted = xasprintf("%s%s", to, is_directory ? "/." : into ? name : "");
	char *located = plan_locate(closure->plan, wanted);
	int result = -1;

	free(wanted);
	if (located == NULL)
		message_warn("cannot put %s at %s", from, to);
	else if (located[0] == '\0')
		result = place_directory(closure, from, "", why);
	else
		result = place_file(closure, from, located, true, why);
	free(located);
	return result;
}

/*
 * Whether the kernel or a boot creates the path: links to it stay, and its current contents are
 * not packed.
 */
static bool
is_volatile(const char *path)
{
	static const char *const tops[] = {"/proc", "/sys", "/dev", "/run"};

	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		size_t length = strlen(tops[i]);
		if (strncmp(path, tops[i], length) == 0 &&
		    (path[length] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}

/* Whether the way to `found` leads through such a path. */
static bool
passes_volatile(const struct source_found *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (is_volatile(found->steps[i].path))
			return true;
	return is_volatile(found->path);
}

int
place_links_on_way(struct closure *closure, const struct source_found *found, place_ends *ends,
		   struct plan_why why)
{
	struct source_found way = *found;

	/* Steps after the last link are useless without its target. */
	way.count = 0;
	for (size_t i = 0; i < found->count && !ends(found->steps[i].path); i++)
		if (found->steps[i].target != NULL)
			way.count = i + 1;
	if (way.count == 0)
		return 0;
	way.path = found->steps[way.count - 1].path;
	if (source_add(closure->source, closure->plan, &way, why) != NULL)
		return 0;
	message_warnx("cannot pack %s: %s", way.path, source_problem(errno));
	return -1;
}

/* Plans the target of a link, which is not a link itself. */
static int
add_target(struct closure *closure, const struct source_found *found,
	   const struct closure_link *link)
{
	const struct plan_why why = {"link of", link->spec};
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, why);

	if (entry == NULL) {
		message_warnx("cannot pack %s: %s", found->path, source_problem(errno));
		return -1;
	}
	closure_want(closure, entry);
	if (entry->type != PLAN_DIR || entry->followed)
		return 0;
	char *there = source_path(closure->source, found->path);
	int result = place_file(closure, there, found->path, true, why);
	free(there);
	return result;
}

/* Whether the file at `path` in the source is the file `here`. */
static bool
is_same(const struct source *source, const char *path, const struct stat *here)
{
	char *there = source_path(source, path);
	struct stat found;
	bool is = stat(there, &found) == 0 && file_id_is(file_id(here), &found);

	free(there);
	return is;
}

/* Whether filters exclude the target of a link in the image. */
static bool
is_left_out(struct closure *closure, const char *link)
{
	char *end = xasprintf("%s/.", link), *path = plan_locate(closure->plan, end);
	bool is = path != NULL && filters_match(&closure->filters, path);

	free(end);
	free(path);
	return is;
}

static int
follow_link(struct closure *closure, const struct closure_link *link)
{
	const struct plan_entry *entry = plan_find(closure->plan, link->path);
	struct source_found found;
	struct stat here;
	/* In a tree of another system (-r), links never lead out of it. */
	char *real = source_link(closure->source, link->from, &here);
	bool leads = real != NULL;
	int result = 0;

	free(real);
	if (!leads)
		return 0;
	bool is_there = source_find(closure->source, closure->plan, link->path, &found) == 0;
	if (is_there && passes_volatile(&found)) {
		result = place_links_on_way(closure, &found, is_volatile,
					    (struct plan_why){"link of", link->spec});
		goto out;
	}
	if (is_there && (found.path[0] == '\0' ||
			 !(S_ISREG(found.stat.st_mode) || S_ISDIR(found.stat.st_mode))))
		goto out;
	bool is_given = is_there && found.entry != NULL && found.entry->rank == PLAN_GIVEN;
	if (!is_given && (is_there ? filters_match(&closure->filters, found.path)
				   : is_left_out(closure, link->path)))
		goto out;
	if (is_given || (is_there && is_same(closure->source, found.path, &here))) {
		if (!is_given || found.entry->type == PLAN_FILE)
			result = add_target(closure, &found, link);
		goto out;
	}
	message_warnx(
	    "cannot put %s at %s: it is a link to %s, which is not in the image; pack that "
	    "with -f SRC:DST",
	    link->from, link->path, entry->content);
	result = -1;
out:
	if (is_there)
		source_release(&found);
	return result;
}

size_t
place_links(struct closure *closure)
{
	size_t failed = 0;

	/* Target directories may contain further links. */
	for (size_t i = 0; i < closure->link_count && interrupt_signal() == 0; i++) {
		const struct closure_link link = closure->links[i];
		failed += follow_link(closure, &link) != 0;
	}
	return failed;
}
