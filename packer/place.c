/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "closure.h"
#include "interrupt.h"
#include "memory.h"
#include "plan.h"
#include "source.h"

static int
place_directory(struct closure *closure, const char *from, const char *to, struct plan_why why)
{
	DIR *directory = opendir(from);
	struct dirent *entry;
	int result = 0;

	if (directory == NULL) {
		warn("cannot read %s", from);
		return -1;
	}
	while (errno = 0, interrupt_signal() == 0 && (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *child = memory_format("%s/%s", from, entry->d_name);
		char *at = memory_format("%s/%s", to, entry->d_name);
		if (place_file(closure, child, at, false, why) != 0)
			result = -1;
		free(child);
		free(at);
	}
	if (errno != 0) {
		warn("cannot read %s", from);
		result = -1;
	}
	closedir(directory);
	return result;
}

/* A link in a tree stays as it is; what it leads to is planned once everything has its place. */
static int
read_link(struct closure *closure, struct plan_entry *wanted, const char *from, char target[PATH_MAX],
	  struct plan_why why)
{
	ssize_t length = readlink(from, target, PATH_MAX - 1);

	if (length < 0) {
		warn("cannot read %s", from);
		return -1;
	}
	target[length] = '\0';
	wanted->type = PLAN_LINK;
	wanted->mode = 0777;
	wanted->content = target;
	closure_want_link(closure, wanted->path, why.of);
	return 0;
}

/* A directory, where a planned link to one is as good. */
static int
add_directory(struct closure *closure, const char *from, const char *to, struct plan_why why, struct plan_entry *wanted)
{
	const struct plan_entry *there = plan_find(closure->plan, to);

	if (there != NULL && there->type == PLAN_LINK)
		return place_at(closure, from, to, why);
	wanted->type = PLAN_DIR;
	if (plan_add_parents(closure->plan, to, why) == 0 && plan_add(closure->plan, wanted, why) != NULL)
		return place_directory(closure, from, to, why);
	warnx("cannot put %s at %s: something else is planned there", from, to);
	return -1;
}

int
place_file(struct closure *closure, const char *from, const char *to, bool follow, struct plan_why why)
{
	struct plan_entry wanted = {.path = to, .rank = PLAN_GIVEN}, *entry = NULL;
	char target[PATH_MAX];

	if ((follow ? stat : lstat)(from, &wanted.stat) != 0) {
		warn("cannot find %s", from);
		return -1;
	}
	wanted.mode = wanted.stat.st_mode & 07777;
	if (S_ISDIR(wanted.stat.st_mode)) {
		return add_directory(closure, from, to, why, &wanted);
	} else if (S_ISLNK(wanted.stat.st_mode)) {
		if (read_link(closure, &wanted, from, target, why) != 0)
			return -1;
	} else if (!S_ISREG(wanted.stat.st_mode) || wanted.stat.st_size > UINT32_MAX) {
		warnx("cannot pack %s: %s", from, source_problem(S_ISREG(wanted.stat.st_mode) ? EFBIG : EOPNOTSUPP));
		return -1;
	} else {
		char *same = source_path(closure->source, to);
		wanted.type = PLAN_FILE;
		wanted.source = from;
		wanted.in_place = strcmp(same, from) == 0;
		closure->plan->differs |= !wanted.in_place;
		free(same);
	}
	if (plan_add_parents(closure->plan, to, why) == 0)
		entry = plan_add(closure->plan, &wanted, why);
	if (entry == NULL) {
		warnx("cannot put %s at %s: something else is planned there", from, to);
		return -1;
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
	/* A directory given for /bin/ or / is not put in there by its name: its files are. */
	char *wanted = memory_format("%s%s", to, is_directory ? "/." : into ? name : "");
	char *located = plan_locate(closure->plan, wanted);
	int result = -1;

	free(wanted);
	if (located == NULL)
		warn("cannot put %s at %s", from, to);
	else if (located[0] == '\0')
		result = place_directory(closure, from, "", why);
	else
		result = place_file(closure, from, located, true, why);
	free(located);
	return result;
}
