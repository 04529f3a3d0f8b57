/* SPDX-License-Identifier: MIT */
#include "payload.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "closure.h"
#include "memory.h"
#include "names.h"
#include "plan.h"
#include "source.h"

static char *
absolute(const char *path)
{
	char here[PATH_MAX];

	if (path[0] == '/')
		return memory_copy(path);
	if (getcwd(here, sizeof(here)) == NULL)
		err(3, "cannot tell the current directory");
	return memory_format("%s/%s", here, path);
}

static void
keep_link(struct payload *payload, char *path, char *target, const char *name)
{
	payload->links = memory_room(payload->links, payload->count, sizeof(*payload->links));
	payload->links[payload->count++] = (struct payload_link){path, target, memory_copy(name)};
}

static int
add_found(struct payload *payload, const struct source_found *found, struct plan_why why)
{
	struct closure *closure = payload->closure;
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, why);

	if (entry == NULL) {
		warnx("cannot pack %s: %s", why.of, source_problem(errno));
		return -1;
	}
	closure_want(closure, entry);
	return 0;
}

/* A program given as a path: its name gets a link in /bin where nobody would find it otherwise. */
static int
add_path(struct payload *payload, const char *name)
{
	struct closure *closure = payload->closure;
	char *path = absolute(name);
	struct source_found found;
	int result = -1;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		warnx("cannot find %s: looked for %s: %s", name, path, strerror(errno));
		free(path);
		return -1;
	}
	if (!S_ISREG(found.stat.st_mode) || (found.stat.st_mode & 0111) == 0)
		warnx("cannot pack %s: it is no executable file", name);
	else
		result = add_found(payload, &found, (struct plan_why){"-b", name});
	char *directory = memory_format("%.*s", (int)(strrchr(found.path, '/') - found.path), found.path);
	if (result == 0 && !names_is_usual(directory))
		keep_link(payload, memory_format("/bin/%s", strrchr(path, '/') + 1), memory_copy(found.path), name);
	free(directory);
	free(path);
	source_release(&found);
	return result;
}

int
payload_binary(struct payload *payload, const char *name)
{
	struct closure *closure = payload->closure;
	struct source_found found;
	char *tried;

	if (strchr(name, '/') != NULL)
		return add_path(payload, name);
	if (names_is_inits(name))
		return 0;
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &tried) != 0) {
		warnx("cannot find %s: looked in %s", name[0] != '\0' ? name : "a program with an empty name",
		      tried != NULL ? tried : "no directory");
		free(tried);
		return -1;
	}
	int result = add_found(payload, &found, (struct plan_why){"-b", name});
	source_release(&found);
	return result;
}

static int place(struct payload *payload, const char *from, const char *to, bool follow, const char *spec);

static int
place_directory(struct payload *payload, const char *from, const char *to, const char *spec)
{
	DIR *directory = opendir(from);
	struct dirent *entry;
	int result = 0;

	if (directory == NULL) {
		warn("cannot read %s", from);
		return -1;
	}
	while (errno = 0, (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *child = memory_format("%s/%s", from, entry->d_name);
		char *at = memory_format("%s/%s", to, entry->d_name);
		if (place(payload, child, at, false, spec) != 0)
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
read_link(struct payload *payload, struct plan_entry *wanted, const char *from, char target[PATH_MAX], const char *spec)
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
	keep_link(payload, memory_copy(wanted->path), NULL, spec);
	return 0;
}

/* Plans what is at `from` on this machine for `to` in the image; `follow`: a link itself is not meant. */
static int
place(struct payload *payload, const char *from, const char *to, bool follow, const char *spec)
{
	struct closure *closure = payload->closure;
	struct plan_why why = {"-f", spec};
	struct plan_entry wanted = {.path = to, .rank = PLAN_GIVEN};
	char target[PATH_MAX];

	if ((follow ? stat : lstat)(from, &wanted.stat) != 0) {
		warn("cannot find %s", from);
		return -1;
	}
	wanted.mode = wanted.stat.st_mode & 07777;
	if (S_ISDIR(wanted.stat.st_mode)) {
		wanted.type = PLAN_DIR;
	} else if (S_ISLNK(wanted.stat.st_mode)) {
		if (read_link(payload, &wanted, from, target, spec) != 0)
			return -1;
	} else if (!S_ISREG(wanted.stat.st_mode) || wanted.stat.st_size > UINT32_MAX) {
		warnx("cannot pack %s: %s", from, source_problem(S_ISREG(wanted.stat.st_mode) ? EFBIG : EOPNOTSUPP));
		return -1;
	} else {
		char *same = source_path(closure->source, to);
		wanted.type = PLAN_FILE;
		wanted.source = from;
		wanted.in_place = strcmp(same, from) == 0;
		free(same);
	}
	struct plan_entry *entry = NULL;
	if (plan_add_parents(closure->plan, to, why) == 0)
		entry = plan_add(closure->plan, &wanted, why);
	if (entry == NULL) {
		warnx("cannot put %s at %s: something else is planned there", from, to);
		return -1;
	}
	closure_want(closure, entry);
	return wanted.type == PLAN_DIR ? place_directory(payload, from, to, spec) : 0;
}

/* What follows the last colon if it begins with a slash. */
static const char *
destination(const char *spec)
{
	const char *colon = strrchr(spec, ':');

	return colon != NULL && colon[1] == '/' ? colon + 1 : NULL;
}

bool
payload_has_destination(const char *spec)
{
	return destination(spec) != NULL;
}

static int
place_at(struct payload *payload, const char *from, const char *to, const char *spec)
{
	const char *slash = strrchr(from, '/'), *name = slash != NULL ? slash + 1 : from;
	bool into = to[strlen(to) - 1] == '/';
	char *wanted = memory_format("%s%s", to, into ? name : "");
	struct stat found;
	/* A directory that is given for /bin goes to where /bin leads. */
	if (stat(from, &found) == 0 && S_ISDIR(found.st_mode)) {
		char *inner = memory_format("%s/.", wanted);
		free(wanted);
		wanted = inner;
	}
	char *located = plan_locate(payload->closure->plan, wanted);
	int result = -1;

	free(wanted);
	if (located == NULL)
		warn("cannot put %s at %s", from, to);
	else if (located[0] == '\0')
		warnx("cannot put %s at %s: that is the root directory itself", from, to);
	else
		result = place(payload, from, located, true, spec);
	free(located);
	return result;
}

int
payload_file(struct payload *payload, const char *spec)
{
	struct closure *closure = payload->closure;
	const char *to = destination(spec);
	struct source_found found;
	int result;

	char *from = to != NULL ? memory_format("%.*s", (int)(to - 1 - spec), spec) : memory_copy(spec);
	char *path = absolute(from);
	free(from);
	if (to != NULL) {
		result = place_at(payload, path, to, spec);
	} else if (source_find(closure->source, closure->plan, path, &found) != 0) {
		warn("cannot find %s", path);
		result = -1;
	} else {
		result = add_found(payload, &found, (struct plan_why){"-f", spec});
		char *there = source_path(closure->source, found.path);
		if (result == 0 && S_ISDIR(found.stat.st_mode))
			result = place(payload, there, found.path, true, spec);
		free(there);
		source_release(&found);
	}
	free(path);
	return result;
}

int
payload_init(struct payload *payload, const char *file)
{
	char *tried = NULL;
	char *path = file != NULL ? absolute(file) : names_find_init(&tried);
	struct stat found;
	int result = -1;

	if (path == NULL)
		warnx("cannot find init: looked in %s; name one with --init", tried);
	else if (stat(path, &found) != 0)
		warn("cannot find %s", path);
	else if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0)
		warnx("cannot pack %s as /init: it is no executable file", path);
	else
		result = place(payload, path, "/init", true, file != NULL ? file : path);
	free(tried);
	free(path);
	return result;
}

/* Whether what is at the link's path already is what it would lead to. */
static bool
leads_there(const struct closure *closure, const char *path, const char *target)
{
	struct source_found found;

	if (plan_find(closure->plan, path) == NULL || source_find(closure->source, closure->plan, path, &found) != 0)
		return false;
	bool does = strcmp(found.path, target) == 0;
	source_release(&found);
	return does;
}

static int
add_link(struct payload *payload, const struct payload_link *link)
{
	struct plan *plan = payload->closure->plan;
	struct plan_why why = {"-b", link->name};
	char *path = plan_locate(plan, link->path);
	struct plan_entry wanted = {
	    .path = path, .type = PLAN_LINK, .rank = PLAN_GIVEN, .mode = 0777, .content = link->target};
	int result = 0;

	if (path == NULL || (!leads_there(payload->closure, path, link->target) &&
			     (plan_add_parents(plan, path, why) != 0 || plan_add(plan, &wanted, why) == NULL))) {
		warnx("cannot link %s to %s: something else is planned there", link->path, link->target);
		result = -1;
	}
	free(path);
	return result;
}

/* Plans what a link in a tree leads to. One that leads nowhere does so in the source too, and stays. */
static int
follow_link_of_tree(struct payload *payload, const struct payload_link *link)
{
	struct closure *closure = payload->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, link->path, &found) != 0)
		return 0;
	int result = 0;
	if (S_ISREG(found.stat.st_mode) || (S_ISDIR(found.stat.st_mode) && found.path[0] != '\0'))
		result = add_found(payload, &found, (struct plan_why){"link of -f", link->name});
	source_release(&found);
	return result;
}

int
payload_finish(struct payload *payload)
{
	int result = 0;

	for (size_t i = 0; i < payload->count; i++) {
		struct payload_link *link = &payload->links[i];
		if ((link->target != NULL ? add_link(payload, link) : follow_link_of_tree(payload, link)) != 0)
			result = -1;
		free(link->path);
		free(link->target);
		free(link->name);
	}
	free(payload->links);
	*payload = (struct payload){.closure = payload->closure};
	return result;
}
