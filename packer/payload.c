/* SPDX-License-Identifier: MIT */
#include "payload.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bin_link.h"
#include "closure.h"
#include "memory.h"
#include "names.h"
#include "own_init.h"
#include "place.h"
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

/* Notes that the program `found`, asked for as `path`, is to be found by its name in the image too. */
static void
keep_link(struct payload *payload, const char *path, const struct source_found *found, const char *name)
{
	const struct closure *closure = payload->closure;

	if (bin_link_is_needless(closure->source, closure->plan, path))
		return;
	payload->links = memory_room(payload->links, payload->count, sizeof(*payload->links));
	payload->links[payload->count++] =
	    (struct payload_link){memory_copy(path), memory_copy(found->path), memory_copy(name)};
}

/* Plans what was found; `program`: it is to be executed. */
static int
add_found(struct payload *payload, const struct source_found *found, bool program, struct plan_why why)
{
	struct closure *closure = payload->closure;
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, why);

	if (entry == NULL) {
		warnx("cannot pack %s: %s", why.of, source_problem(errno));
		return -1;
	}
	if (program)
		return closure_want_program(closure, entry);
	closure_want(closure, entry);
	return 0;
}

/* A program given as a path. */
static int
add_path(struct payload *payload, const char *name)
{
	struct closure *closure = payload->closure;
	char *path = absolute(name);
	struct source_found found;
	bool is_here = closure->source->root[0] != '\0' && source_is_here(closure->source, name);
	int result = -1;

	if (is_here && access(path, F_OK) == 0 && place_at(closure, path, path, (struct plan_why){"-b", name}) != 0) {
		free(path);
		return -1;
	}
	if ((is_here && access(path, F_OK) != 0) || source_find(closure->source, closure->plan, path, &found) != 0) {
		warnx("cannot find %s: looked for %s%s: %s", name, is_here ? "" : closure->source->root, path,
		      strerror(errno));
		free(path);
		return -1;
	}
	if (!S_ISREG(found.stat.st_mode) || (found.stat.st_mode & 0111) == 0)
		warnx("cannot pack %s: it is no executable file", name);
	else
		result = add_found(payload, &found, true, (struct plan_why){"-b", name});
	if (result == 0)
		keep_link(payload, path, &found, name);
	free(path);
	source_release(&found);
	return result;
}

int
payload_binary(struct payload *payload, const char *name)
{
	struct closure *closure = payload->closure;
	struct source_found found;
	char *tried, *path;

	if (strchr(name, '/') != NULL)
		return add_path(payload, name);
	if (payload->init_is_own && own_init_has(name))
		return 0;
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path, &tried) != 0) {
		warnx("cannot find %s: looked in %s", name[0] != '\0' ? name : "a program with an empty name",
		      tried != NULL ? tried : "no directory");
		free(tried);
		return -1;
	}
	int result = add_found(payload, &found, true, (struct plan_why){"-b", name});
	if (result == 0)
		keep_link(payload, path, &found, name);
	free(path);
	source_release(&found);
	return result;
}

/* What follows the last colon if it begins with a slash. */
static const char *
destination(const char *spec)
{
	const char *colon = strrchr(spec, ':');

	return colon != NULL && colon[1] == '/' ? colon + 1 : NULL;
}

bool
payload_has_source(const char *spec)
{
	return spec[0] != '\0' && (spec[0] != ':' || destination(spec) != spec + 1);
}

bool
payload_has_destination(const char *spec)
{
	return destination(spec) != NULL;
}

/* With a tree of another system: a relative SRC is of this machine, another of the tree. */
static int
add_elsewhere(struct payload *payload, const char *spec, const char *path, const char *to)
{
	struct closure *closure = payload->closure;
	struct stat found;
	char *from = spec[0] != '/' ? memory_copy(path) : source_real(closure->source, path, &found);
	bool into = to[strlen(to) - 1] == '/' && from != NULL && stat(from, &found) == 0 && !S_ISDIR(found.st_mode);
	/* By the name that it was asked for, whatever that is a link to. */
	char *at = memory_format("%s%s", to, into ? strrchr(path, '/') + 1 : "");
	int result = -1;

	if (from != NULL)
		result = place_at(closure, from, at, (struct plan_why){"-f", spec});
	else
		warn("cannot find %s%s", closure->source->root, path);
	free(from);
	free(at);
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
	if (closure->source->root[0] != '\0' && (to != NULL || spec[0] != '/')) {
		result = add_elsewhere(payload, spec, path, to != NULL ? to : path);
	} else if (to != NULL) {
		result = place_at(closure, path, to, (struct plan_why){"-f", spec});
	} else if (source_find(closure->source, closure->plan, path, &found) != 0) {
		bool has_colon = strchr(spec, ':') != NULL;
		warnx("cannot find %s%s: %s%s", closure->source->root, path, strerror(errno),
		      has_colon ? "; in SRC:DST, DST begins with a slash" : "");
		result = -1;
	} else {
		result = add_found(payload, &found, false, (struct plan_why){"-f", spec});
		char *there = source_path(closure->source, found.path);
		if (result == 0 && S_ISDIR(found.stat.st_mode))
			result = place_file(closure, there, found.path, true, (struct plan_why){"-f", spec});
		free(there);
		source_release(&found);
	}
	free(path);
	return result;
}

int
payload_start(struct payload *payload, struct closure *closure, const char *file)
{
	char *tried = NULL;
	struct stat found;

	*payload = (struct payload){.closure = closure};
	if (file == NULL)
		payload->init = own_init_find(&tried);
	else if (source_is_here(closure->source, file))
		payload->init = absolute(file);
	else if ((payload->init = source_real(closure->source, file, &found)) == NULL)
		warn("cannot find %s%s", closure->source->root, file);
	payload->init_is_own = file == NULL || (payload->init != NULL && own_init_is(payload->init));
	if (payload->init == NULL && file == NULL)
		warnx("cannot find init: looked in %s; name one with --init", tried);
	free(tried);
	return payload->init != NULL ? 0 : -1;
}

int
payload_init(struct payload *payload)
{
	const char *path = payload->init;
	struct stat found;

	if (path == NULL)
		return 0; /* told already */
	if (stat(path, &found) != 0)
		warn("cannot find %s", path);
	else if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0)
		warnx("cannot pack %s as /init: it is no executable file", path);
	else if (place_file(payload->closure, path, "/init", true, (struct plan_why){"init", path}) == 0)
		return closure_want_program(payload->closure, plan_find(payload->closure->plan, "/init"));
	return -1;
}

int
payload_finish(struct payload *payload)
{
	int result = 0;

	for (size_t i = 0; i < payload->count; i++) {
		struct payload_link *link = &payload->links[i];
		const struct plan_why why = {"-b", link->name};
		if (bin_link_add(payload->closure->source, payload->closure->plan, link->path, link->target, why) != 0)
			result = -1;
		free(link->path);
		free(link->target);
		free(link->name);
	}
	free(payload->links);
	free(payload->init);
	*payload = (struct payload){.closure = payload->closure, .init_is_own = payload->init_is_own};
	return result;
}
