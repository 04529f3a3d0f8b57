/* SPDX-License-Identifier: MIT */
#include "input/payload.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf/elf_machine.h"
#include "host/follow.h"
#include "host/memory.h"
#include "plan/names.h"
#include "plan/own_init.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/bin_link.h"
#include "resolve/closure.h"
#include "resolve/place.h"

struct plan_why
payload_why(struct payload *payload, const char *option, const char *name)
{
	const struct payload_line *line = payload->line;

	if (line == NULL)
		return (struct plan_why){option, name};
	char *of = memory_format("%s (%s)", name, line->where);
	const struct plan_why why = {line->word, plan_string(payload->closure->plan, of)};
	free(of);
	return why;
}

char *
payload_absolute(const struct payload *payload, const char *path)
{
	char here[PATH_MAX];

	if (path[0] == '/')
		return memory_copy(path);
	if (payload->line != NULL)
		return memory_format("%s/%s", payload->line->directory, path);
	if (getcwd(here, sizeof(here)) == NULL)
		err(3, "cannot tell the current directory");
	return memory_format("%s/%s", strcmp(here, "/") != 0 ? here : "", path);
}

char *
payload_rooted(const char *path)
{
	struct follow follow;
	int moved = follow_start(&follow, path);

	while (moved == 0 && follow_step(&follow) > 0)
		continue;
	if (moved != 0 || follow.problem != 0)
		return NULL;
	return memory_copy(follow.done[0] != '\0' ? follow.done : "/");
}

/* Notes that the program at `target`, asked for as `path`, is to be found by its name in the image too. */
static void
keep_link(struct payload *payload, const char *path, const char *target, struct plan_why why)
{
	const struct closure *closure = payload->closure;

	if (bin_link_is_needless(closure->source, closure->plan, path))
		return;
	payload->links = memory_room(payload->links, payload->count, sizeof(*payload->links));
	why.of = plan_string(closure->plan, why.of);
	payload->links[payload->count++] = (struct payload_link){memory_copy(path), memory_copy(target), why};
}

/* What cannot be found is an error, unless it is optional. */
static int
not_found(const struct payload *payload, const char *name, const char *tried)
{
	bool optional = payload->line != NULL && payload->line->optional;

	if (!optional)
		warnx("cannot find %s: looked %s", name, tried);
	else if (payload->line->tell)
		warnx("%s is left out: looked %s", name, tried);
	return optional ? 0 : -1;
}

/* Plans a program that was found; `name`: as it was asked for. */
static int
add_found(struct payload *payload, const struct source_found *found, const char *name, struct plan_why why)
{
	struct closure *closure = payload->closure;
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, why);

	if (entry != NULL)
		return closure_want_program(closure, entry);
	warnx("cannot pack %s: %s", name, source_problem(errno));
	return -1;
}

/* Plans a program that was found by way of `path`, and gives both back. */
static int
add_program(struct payload *payload, struct source_found *found, char *path, const char *name, struct plan_why why)
{
	struct closure *closure = payload->closure;
	int result = add_found(payload, found, name, why);
	const struct plan_entry *entry = result == 0 ? plan_find(closure->plan, found->path) : NULL;

	if (entry != NULL) {
		const struct object *object = object_get(&closure->libraries.objects, entry->source);
		const struct machine *machine =
		    object != NULL && object->kind == OBJECT_ELF ? machine_of(&object->elf) : NULL;
		keep_link(payload, path, found->path, why);
		program_tree_find(&payload->trees, closure->source, path, entry->path,
				  machine != NULL ? machine->multiarch : NULL);
	}
	free(path);
	source_release(found);
	return result;
}

/* A program given as an absolute path. */
static int
add_path(struct payload *payload, const char *path, struct plan_why why)
{
	struct closure *closure = payload->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		char *tried = memory_format("for %s%s: %s", closure->source->root, path, strerror(errno));
		int result = not_found(payload, path, tried);
		free(tried);
		return result;
	}
	if (S_ISREG(found.stat.st_mode) && (found.stat.st_mode & 0111) != 0)
		return add_program(payload, &found, memory_copy(path), path, why);
	warnx("cannot pack %s: it is no executable file", path);
	source_release(&found);
	return -1;
}

/* Plans the program at `from` on this machine for the path `to`, which the folder that it is in here has no part in. */
static int
add_moved(struct payload *payload, const char *from, const char *to, struct plan_why why)
{
	struct closure *closure = payload->closure;
	char *located = plan_locate(closure->plan, to);
	int result = -1;

	if (located == NULL)
		warn("cannot put %s at %s", from, to);
	else if (place_file(closure, from, located, true, why) == 0) {
		struct plan_entry *entry = plan_find(closure->plan, located);
		entry->moved = !entry->in_place;
		plan_share_mode(entry);
		result = closure_want_program(closure, entry);
		if (result == 0)
			keep_link(payload, to, located, why);
	}
	free(located);
	return result;
}

/* A program of this machine given as a relative path, for a path of the image. */
static int
add_relative(struct payload *payload, const char *name, const char *to, struct plan_why why)
{
	struct stat found;
	char *path = payload_absolute(payload, name), *real = source_there(payload->closure->source, path, &found);
	int result = -1;

	if (real == NULL) {
		char *tried = memory_format("for %s: %s", path, strerror(errno));
		result = not_found(payload, name, tried);
		free(tried);
	} else if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0) {
		warnx("cannot pack %s: it is no executable file", name);
	} else {
		result = add_moved(payload, real, to, why);
	}
	free(real);
	free(path);
	return result;
}

static int
add_name(struct payload *payload, const char *name, struct plan_why why)
{
	struct closure *closure = payload->closure;
	struct source_found found;
	char *tried, *path;

	if (payload->init_is_own && own_init_has(name))
		return 0;
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path, &tried) == 0)
		return add_program(payload, &found, path, name, why);
	char *in = memory_format("in %s", tried != NULL ? tried : "no directory");
	int result = not_found(payload, name[0] != '\0' ? name : "a program with an empty name", in);
	free(in);
	free(tried);
	return result;
}

/* `to`: what a relative path becomes. */
static int
add_any(struct payload *payload, const char *name, const char *to, struct plan_why why)
{
	if (strchr(name, '/') == NULL)
		return add_name(payload, name, why);
	if (name[0] == '/')
		return add_path(payload, name, why);
	if (to != NULL)
		return add_relative(payload, name, to, why);
	warn("cannot find %s", name);
	return -1;
}

int
payload_command(struct payload *payload, const char *name, struct plan_why why)
{
	char *to = payload_rooted(name);
	int result = add_any(payload, name, to, why);

	free(to);
	return result;
}

int
payload_binary(struct payload *payload, const char *name)
{
	const char *slash = strrchr(name, '/');
	char *to = memory_format("/usr/bin/%s", slash != NULL ? slash + 1 : name);
	int result = add_any(payload, name, to, payload_why(payload, "-b", name));

	free(to);
	return result;
}

char *
payload_program_path(const struct payload *payload, const char *name)
{
	const struct closure *closure = payload->closure;
	struct source_found found;
	char *path, *tried;

	if (strchr(name, '/') != NULL)
		return payload_absolute(payload, name);
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path, &tried) != 0) {
		free(tried);
		return NULL;
	}
	source_release(&found);
	return path;
}

/* An init of this machine, to be freed; payload_init() reports one that is missing. */
static char *
find_here(const struct payload *payload, const char *file)
{
	char *path = payload_absolute(payload, file), *found = source_resolve(payload->closure->source, path);

	if (found == NULL)
		return path;
	free(path);
	return found;
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
		payload->init = find_here(payload, file);
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

bool
payload_will_link(const struct payload *payload, const char *path)
{
	bool will = false;

	for (size_t i = 0; i < payload->count && !will && strncmp(path, "/bin/", 5) == 0; i++)
		will = strcmp(strrchr(payload->links[i].path, '/') + 1, path + 5) == 0;
	return will;
}

int
payload_finish(struct payload *payload)
{
	int result = 0;

	for (size_t i = 0; i < payload->count; i++) {
		struct payload_link *link = &payload->links[i];
		if (bin_link_add(payload->closure->source, payload->closure->plan, link->path, link->target,
				 link->why) != 0)
			result = -1;
		free(link->path);
		free(link->target);
	}
	free(payload->links);
	free(payload->init);
	*payload = (struct payload){
	    .closure = payload->closure, .trees = payload->trees, .init_is_own = payload->init_is_own};
	return result;
}
