/* SPDX-License-Identifier: MIT */
#include "firmware.h"

#include <err.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "memory.h"
#include "plain.h"
#include "source.h"

/* Where firmware is on this machine: beside the kernel's modules, then where the source's system has it. */
static char *
top_of(const struct firmware *firmware, int which)
{
	if (which == 1)
		return source_path(firmware->source, "/lib/firmware");
	return firmware->kernel->modules != NULL ? memory_format("%s/../../firmware", firmware->kernel->modules) : NULL;
}

/* Whether a name leads out of where firmware is. */
static bool
leads_out(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '/' || strncmp(name, "../", 3) == 0 || strstr(name, "/../") != NULL ||
	       (length >= 3 && strcmp(name + length - 3, "/..") == 0) || length == 0;
}

static int add_file(struct firmware *firmware, const char *top, const char *name, struct plan_why why, int depth);

/*
 * A link that stays among the firmware becomes one in the image, and what it leads to is packed; of one that leads
 * elsewhere its content is. *done tells whether it is dealt with.
 */
static int
add_link(struct firmware *firmware, const char *top, const char *name, const char *at, struct plan_why why, int depth,
	 bool *done)
{
	enum { DEEPEST = 8 };
	char *path = memory_format("%s/%s", top, name), target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	free(path);

	*done = false;
	if (length <= 0 || target[0] == '/' || depth == DEEPEST)
		return 0;
	target[length] = '\0';
	const char *slash = strrchr(name, '/');
	char *folder = slash != NULL ? memory_format("%.*s", (int)(slash + 1 - name), name) : memory_copy("");
	const char *rest = target;
	/* Steps up, as far as there is something to go up from. */
	while (strncmp(rest, "../", 3) == 0 && folder[0] != '\0') {
		folder[strlen(folder) - 1] = '\0';
		char *end = strrchr(folder, '/');
		*(end != NULL ? end + 1 : folder) = '\0';
		rest += 3;
	}
	char *next = memory_format("%s%s", folder, rest);
	int result = 0;
	if (!leads_out(next)) {
		target[strlen(target) - plain_suffix(target)] = '\0';
		const struct plan_entry link = {
		    .path = at, .type = PLAN_LINK, .rank = PLAN_GIVEN, .mode = 0777, .content = target};
		*done = true;
		if (plan_add_parents(firmware->plan, at, why) != 0 || plan_add(firmware->plan, &link, why) == NULL) {
			warn("cannot plan %s", at);
			result = -1;
		} else {
			result = add_file(firmware, top, next, why, depth + 1);
		}
	}
	free(next);
	free(folder);
	return result;
}

static int
add_plain(struct firmware *firmware, const char *path, const char *at, struct plan_why why)
{
	struct plain plain;

	if (plain_read(&plain, firmware->plan, path) != 0)
		return -1;
	int result = plain_add(firmware->plan, firmware->source, &plain, at, why);
	plain_release(&plain);
	return result;
}

/* Plans the file `name`, as it is on the disk, below `top`. */
static int
add_file(struct firmware *firmware, const char *top, const char *name, struct plan_why why, int depth)
{
	char *path = memory_format("%s/%s", top, name);
	char *wanted = memory_format("/lib/firmware/%.*s", (int)(strlen(name) - plain_suffix(name)), name);
	char *at = plan_locate(firmware->plan, wanted);
	struct stat found;
	bool done = false;
	int result = -1;

	if (at == NULL)
		warn("cannot plan %s", wanted);
	else if (plan_find(firmware->plan, at) != NULL)
		result = 0;
	else if (lstat(path, &found) != 0)
		warn("cannot find the firmware %s", path);
	else if (S_ISLNK(found.st_mode) &&
		 ((result = add_link(firmware, top, name, at, why, depth, &done)) != 0 || done))
		;
	else
		result = add_plain(firmware, path, at, why);
	free(at);
	free(wanted);
	free(path);
	return result;
}

/* The same for all that match in one place; *count is raised by their number. */
static int
add_matching(struct firmware *firmware, const char *top, const char *below, const char *name, struct plan_why why,
	     size_t *count)
{
	char *pattern = memory_format("%s/%s%s", top, below, name);
	glob_t found = {.gl_pathc = 0};
	int result = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			struct stat stat_of_it;
			const char *path = found.gl_pathv[i];
			if (stat(path, &stat_of_it) != 0 || !S_ISREG(stat_of_it.st_mode))
				continue;
			(*count)++;
			result |= add_file(firmware, top, path + strlen(top) + 1, why, 0);
		}
	globfree(&found);
	free(pattern);
	return result;
}

int
firmware_add(struct firmware *firmware, const char *name, struct plan_why why)
{
	char *of_release = memory_format("updates/%s/", firmware->kernel->release);
	const char *const folders[] = {of_release, "updates/", of_release + strlen("updates/"), ""};
	bool is_glob = strpbrk(name, "*?[") != NULL;
	size_t count = 0;
	int result = 0;

	/* The kernel takes the first it finds; of a glob, each name from the first place that has it. */
	for (int which = 0; which <= 1 && !leads_out(name) && (count == 0 || is_glob); which++) {
		char *top = top_of(firmware, which);
		for (size_t i = 0; top != NULL && i < sizeof(folders) / sizeof(*folders) && (count == 0 || is_glob);
		     i++)
			for (const char *const *suffix = plain_suffixes; *suffix != NULL && (count == 0 || is_glob);
			     suffix++) {
				char *whole = memory_format("%s%s", name, *suffix);
				result |= add_matching(firmware, top, folders[i], whole, why, &count);
				free(whole);
			}
		free(top);
	}
	firmware->missing += count == 0;
	free(of_release);
	return result;
}
