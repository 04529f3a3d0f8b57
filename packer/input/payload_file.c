/* SPDX-License-Identifier: MIT */
#include "input/payload.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/place.h"

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
payload_moves(const char *spec)
{
	return spec[0] != '/' || destination(spec) != NULL;
}

/* Something of the machine and its place in the image. */
struct request {
	const char *from, *to; /* NULL: it keeps its path */
	const char *name;      /* for messages */
	mode_t type;	       /* S_IFREG, S_IFDIR, or 0 for either */
	struct plan_why why;
};

static int
check_type(const struct request *request, mode_t mode)
{
	if (request->type == 0 || S_ISDIR(mode) == S_ISDIR(request->type))
		return 0;
	if (S_ISDIR(mode))
		warnx("cannot pack %s as a file: it is a directory; write tree for file", request->name);
	else
		warnx("cannot pack %s as a tree: it is no directory; write file for tree", request->name);
	return -1;
}

/* What is at `path` keeps it. */
static int
put_in_place(struct payload *payload, const char *path, const struct request *request, struct plan_entry **entry)
{
	struct closure *closure = payload->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		bool has_colon = request->type == 0 && strchr(request->name, ':') != NULL;
		warnx("cannot find %s%s: %s%s", closure->source->root, path, strerror(errno),
		      has_colon ? "; in SRC:DST, DST begins with a slash" : "");
		return -1;
	}
	int result = check_type(request, found.stat.st_mode);
	struct plan_entry *planned =
	    result == 0 ? source_add(closure->source, closure->plan, &found, request->why) : NULL;
	if (planned != NULL && planned->type == PLAN_DIR) {
		char *there = source_path(closure->source, found.path);
		result = place_file(closure, there, found.path, true, request->why);
		free(there);
	} else if (planned != NULL) {
		closure_want(closure, planned);
		*entry = planned;
	} else if (result == 0) {
		warnx("cannot pack %s: %s", request->name, source_problem(errno));
		result = -1;
	}
	source_release(&found);
	return result;
}

static int
put_elsewhere(struct payload *payload, const char *path, const struct request *request, struct plan_entry **entry)
{
	const char *to = request->to;
	struct plan *plan = payload->closure->plan;
	struct stat found;

	/* What is not there is told when it is placed. */
	if (stat(path, &found) == 0 && check_type(request, found.st_mode) != 0)
		return -1;
	if (place_at(payload->closure, path, to, request->why) != 0)
		return -1;
	char *file = memory_format("%s%s", to, to[strlen(to) - 1] == '/' ? strrchr(path, '/') + 1 : "");
	char *located = plan_locate(plan, file);
	if (located != NULL && S_ISREG(found.st_mode))
		*entry = plan_find(plan, located);
	free(file);
	free(located);
	return 0;
}

/* With a tree of another system: a relative SRC is of this machine, another of the tree. */
static int
put_beside_tree(struct payload *payload, const char *path, const struct request *request, struct plan_entry **entry)
{
	const struct source *source = payload->closure->source;
	const char *to = request->to;
	struct stat found;
	char *from = request->from[0] != '/' ? source_resolve(source, path) : source_real(source, path, &found);
	bool into = to[strlen(to) - 1] == '/' && from != NULL && stat(from, &found) == 0 && !S_ISDIR(found.st_mode);
	/* By the name that it was asked for, whatever that is a link to. */
	char *at = memory_format("%s%s", to, into ? strrchr(path, '/') + 1 : "");
	struct request there = *request;
	int result = -1;

	there.to = at;
	if (from != NULL)
		result = put_elsewhere(payload, from, &there, entry);
	else
		warn("cannot find %s%s", request->from[0] == '/' ? source->root : "", path);
	free(from);
	free(at);
	return result;
}

static int
put(struct payload *payload, const struct request *request, struct plan_entry **entry)
{
	char *path = payload_absolute(payload, request->from), *rooted = NULL;
	bool has_tree = payload->closure->source->root[0] != '\0';
	struct request to = *request;
	int result = -1;

	if (request->to == NULL && request->from[0] != '/')
		to.to = rooted = payload_rooted(request->from);
	*entry = NULL;
	if (request->from[0] != '/' && to.to == NULL)
		warn("cannot find %s", request->from);
	else if (has_tree && to.to != NULL)
		result = put_beside_tree(payload, path, &to, entry);
	else if (to.to != NULL)
		result = put_elsewhere(payload, path, &to, entry);
	else
		result = put_in_place(payload, path, &to, entry);
	free(rooted);
	free(path);
	return result;
}

int
payload_put(struct payload *payload, const char *from, const char *to, mode_t type, struct plan_entry **entry)
{
	return put(payload, &(struct request){from, to, from, type, payload_why(payload, "-f", from)}, entry);
}

int
payload_file(struct payload *payload, const char *spec)
{
	const char *to = destination(spec);
	struct plan_entry *entry;
	char *from = to != NULL ? memory_format("%.*s", (int)(to - 1 - spec), spec) : memory_copy(spec);
	int result = put(payload, &(struct request){from, to, spec, 0, {"-f", spec}}, &entry);

	free(from);
	return result;
}
