/* SPDX-License-Identifier: MIT */
#include "modules/firmware.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/plain.h"
#include "plan/source.h"

/*
 * The folders of firmware on this machine: next to the kernel's modules, then that of the source's
 * system.
 */
static char *
firmware_folder(const struct firmware *firmware, int which)
{
	if (which == 1)
		return source_path(firmware->source, "/lib/firmware");
	return firmware->kernel->modules != NULL
		   ? xasprintf("%s/../../firmware", firmware->kernel->modules)
		   : NULL;
}

/* Returns whether a name leads out of the firmware folder. */
static bool
leads_out(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '/' || strncmp(name, "../", 3) == 0 || strstr(name, "/../") != NULL ||
	       (length >= 3 && strcmp(name + length - 3, "/..") == 0) || length == 0;
}

/* The target of the link `name` below `top`, to be freed; NULL: it is not a link. */
static char *
read_target(const struct firmware *firmware, const char *top, const char *name)
{
	char *path = xasprintf("%s/%s", top, name), target[PATH_MAX];
	char *slash = strrchr(path, '/');
	struct stat stat;

	*slash = '\0';
	char *folder = source_there(firmware->source, path, &stat);
	char *link = folder != NULL ? xasprintf("%s/%s", folder, slash + 1) : NULL;
	ssize_t length = link != NULL ? readlink(link, target, sizeof(target)) : -1;
	free(link);
	free(folder);
	free(path);
	return length > 0 && (size_t)length < sizeof(target)
		   ? xasprintf("%.*s", (int)length, target)
		   : NULL;
}

/*
 * Resolves a relative target of `name` to a path below the firmware folder, to be freed; NULL: it
 * leads out.
 */
static char *
resolve_target(const char *name, const char *target)
{
	const char *slash = strrchr(name, '/');
	char *folder =
	    slash != NULL ? xasprintf("%.*s", (int)(slash + 1 - name), name) : xstrdup("");

	while (strncmp(target, "../", 3) == 0 && folder[0] != '\0') {
		folder[strlen(folder) - 1] = '\0';
		char *end = strrchr(folder, '/');
		*(end != NULL ? end + 1 : folder) = '\0';
		target += 3;
	}
	char *path = xasprintf("%s%s", folder, target);
	free(folder);
	if (target[0] != '/' && !leads_out(path))
		return path;
	free(path);
	return NULL;
}

static int
add_link(struct firmware *firmware, const char *at, char *target, struct plan_why why)
{
	target[strlen(target) - plain_suffix(target)] = '\0';
	const struct plan_entry link = {
	    .path = at, .type = PLAN_LINK, .rank = PLAN_GIVEN, .mode = 0777, .content = target};

	if (plan_add_parents(firmware->plan, at, why) == 0 &&
	    plan_add(firmware->plan, &link, why) != NULL)
		return 0;
	message_warn("cannot plan %s", at);
	return -1;
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

/* Plans the file `real`, to which `name` below `top` resolves. */
static int
add_file(struct firmware *firmware, const char *top, const char *name, const char *real,
	 struct plan_why why)
{
	char *wanted =
	    xasprintf("/lib/firmware/%.*s", (int)(strlen(name) - plain_suffix(name)), name);
	char *at = plan_locate(firmware->plan, wanted);
	char *target = read_target(firmware, top, name),
	     *next = target != NULL ? resolve_target(name, target) : NULL;
	char *whole = next != NULL ? xasprintf("%s/%s", top, next) : NULL;
	struct stat stat;
	char *same = whole != NULL ? source_there(firmware->source, whole, &stat) : NULL;
	int result = -1;

	if (at == NULL)
		message_warn("cannot plan %s", wanted);
	else if (plan_find(firmware->plan, at) != NULL)
		result = 0;
	/*
	 * A link within the firmware folder is packed as a link; of other links the content is
	 * packed.
	 */
	else if (same != NULL && strcmp(same, real) == 0)
		result =
		    add_link(firmware, at, target, why) | add_file(firmware, top, next, real, why);
	else
		result = add_plain(firmware, real, at, why);
	free(same);
	free(whole);
	free(next);
	free(target);
	free(at);
	free(wanted);
	return result;
}

/* The same for all matches in one place; adds their number to *count. */
static int
add_matching(struct firmware *firmware, const char *top, const char *pattern, struct plan_why why,
	     size_t *count)
{
	char **names = source_glob(firmware->source, top, pattern);
	int result = 0;

	if (names == NULL) {
		message_warn("cannot read the firmware %s/%s", top, pattern);
		return -1;
	}
	for (char **name = names; *name != NULL; name++) {
		char *path = xasprintf("%s/%s", top, *name);
		struct stat stat;
		char *real = source_there(firmware->source, path, &stat);
		if (real != NULL && S_ISREG(stat.st_mode)) {
			(*count)++;
			result |= add_file(firmware, top, *name, real, why);
		}
		free(real);
		free(path);
	}
	source_list_free(names);
	return result;
}

int
firmware_add(struct firmware *firmware, const char *name, struct plan_why why)
{
	char *of_release = xasprintf("updates/%s/", firmware->kernel->release);
	const char *const folders[] = {of_release, "updates/", of_release + strlen("updates/"), ""};
	bool is_glob = strpbrk(name, "*?[") != NULL;
	size_t count = 0;
	int result = 0;

	/*
	 * The kernel uses the first file found. For a glob, each name is taken from the first place
	 * that has it.
	 */
	for (int which = 0; which <= 1 && !leads_out(name) && (count == 0 || is_glob); which++) {
		char *top = firmware_folder(firmware, which);
		for (size_t i = 0; top != NULL && i < sizeof(folders) / sizeof(*folders) &&
				   (count == 0 || is_glob);
		     i++)
			for (const char *const *suffix = plain_suffixes;
			     *suffix != NULL && (count == 0 || is_glob); suffix++) {
				char *whole = xasprintf("%s%s%s", folders[i], name, *suffix);
				result |= add_matching(firmware, top, whole, why, &count);
				free(whole);
			}
		free(top);
	}
	free(of_release);
	return result;
}
