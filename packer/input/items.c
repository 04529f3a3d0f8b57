/* SPDX-License-Identifier: MIT */
#include "input/items.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "elf/elf_machine.h"
#include "host/memory.h"
#include "modules/module_names.h"
#include "modules/modules.h"
#include "plan/names.h"
#include "plan/own_init.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/bin_link.h"
#include "resolve/closure.h"
#include "resolve/place.h"

int
items_add_modules(struct items *items, char *const *words)
{
	struct modules *modules = items->modules;
	struct module *last = NULL;
	int result = 0;

	if (modules->kernel == NULL) {
		message_warnx("cannot pack the module %s: name its kernel with -k", words[0]);
		return -1;
	}
	if (modules_start(modules, items->closure) != 0)
		return -1;
	module_names_prefetch(&modules->set, words);
	for (; *words != NULL; words++) {
		if (strcmp(*words, "auto") == 0) {
			result |= module_names_devices(&modules->set, "/sys");
		} else if (strncmp(*words, "auto:", 5) == 0) {
			char *path = items_absolute(items, *words + 5);
			result |= module_names_devices(&modules->set, path);
			free(path);
		} else {
			result |= module_names_add(&modules->set, *words,
						   items_why(items, "-m", *words), &last);
		}
	}
	return result;
}

/* Returns the part after the last colon if it begins with a slash, else NULL. */
static const char *
destination(const char *spec)
{
	const char *colon = strrchr(spec, ':');

	return colon != NULL && colon[1] == '/' ? colon + 1 : NULL;
}

bool
items_has_source(const char *spec)
{
	return spec[0] != '\0' && (spec[0] != ':' || destination(spec) != spec + 1);
}

bool
items_moves(const char *spec)
{
	return spec[0] != '/' || destination(spec) != NULL;
}

/* A file of this machine or of the tree, and its place in the image. */
struct placement {
	const char *from, *to; /* NULL: it keeps its path */
	const char *name;      /* for messages */
	mode_t type;	       /* S_IFREG, S_IFDIR, or 0 for either */
	struct plan_why why;
};

static int
check_type(const struct placement *placement, mode_t mode)
{
	if (placement->type == 0 || S_ISDIR(mode) == S_ISDIR(placement->type))
		return 0;
	if (S_ISDIR(mode))
		message_warnx(
		    "cannot pack %s as a file: it is a directory; use tree instead of file",
		    placement->name);
	else
		message_warnx(
		    "cannot pack %s as a tree: it is not a directory; use file instead of tree",
		    placement->name);
	return -1;
}

/* Plans the file or directory `path` at the same path. */
static int
put_in_place(struct items *items, const char *path, const struct placement *placement,
	     struct plan_entry **entry)
{
	struct closure *closure = items->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		bool has_colon = placement->type == 0 && strchr(placement->name, ':') != NULL;
		message_warnx("cannot find %s%s: %s%s", closure->source->root, path,
			      strerror(errno),
			      has_colon ? "; in SRC:DST, DST begins with a slash" : "");
		return -1;
	}
	int result = check_type(placement, found.stat.st_mode);
	struct plan_entry *planned =
	    result == 0 ? source_add(closure->source, closure->plan, &found, placement->why) : NULL;
	if (planned != NULL && planned->type == PLAN_DIR) {
		char *there = source_path(closure->source, found.path);
		result = place_file(closure, there, found.path, true, placement->why);
		free(there);
	} else if (planned != NULL) {
		closure_want(closure, planned);
		*entry = planned;
	} else if (result == 0) {
		message_warnx("cannot pack %s: %s", placement->name, source_problem(errno));
		result = -1;
	}
	source_release(&found);
	return result;
}

static int
put_elsewhere(struct items *items, const char *path, const struct placement *placement,
	      struct plan_entry **entry)
{
	const char *to = placement->to;
	struct plan *plan = items->closure->plan;
	struct stat found;

	/* place_at() reports a missing file. */
	if (stat(path, &found) == 0 && check_type(placement, found.st_mode) != 0)
		return -1;
	if (place_at(items->closure, path, to, placement->why) != 0)
		return -1;
	char *file = xasprintf("%s%s", to, to[strlen(to) - 1] == '/' ? strrchr(path, '/') + 1 : "");
	char *located = plan_locate(plan, file);
	if (located != NULL && S_ISREG(found.st_mode))
		*entry = plan_find(plan, located);
	free(file);
	free(located);
	return 0;
}

/* With a tree of another system: a relative SRC is of this machine, an absolute one of the tree. */
static int
put_with_tree(struct items *items, const char *path, const struct placement *placement,
	      struct plan_entry **entry)
{
	const struct source *source = items->closure->source;
	const char *to = placement->to;
	struct stat found;
	char *from = placement->from[0] != '/' ? source_resolve(source, path)
					       : source_real(source, path, &found);
	bool into = to[strlen(to) - 1] == '/' && from != NULL && stat(from, &found) == 0 &&
		    !S_ISDIR(found.st_mode);
	/* DST/ gets the name that was requested, not that of a link's target. */
	char *at = xasprintf("%s%s", to, into ? strrchr(path, '/') + 1 : "");
	struct placement there = *placement;
	int result = -1;

	there.to = at;
	if (from != NULL)
		result = put_elsewhere(items, from, &there, entry);
	else
		message_warn("cannot find %s%s", placement->from[0] == '/' ? source->root : "",
			     path);
	free(from);
	free(at);
	return result;
}

static int
plan_file(struct items *items, const struct placement *placement, struct plan_entry **entry)
{
	char *path = items_absolute(items, placement->from), *rooted = NULL;
	bool has_tree = items->closure->source->root[0] != '\0';
	struct placement to = *placement;
	int result = -1;

	if (placement->to == NULL && placement->from[0] != '/')
		to.to = rooted = names_rooted(placement->from);
	*entry = NULL;
	if (placement->from[0] != '/' && to.to == NULL)
		message_warn("cannot find %s", placement->from);
	else if (has_tree && to.to != NULL)
		result = put_with_tree(items, path, &to, entry);
	else if (to.to != NULL)
		result = put_elsewhere(items, path, &to, entry);
	else
		result = put_in_place(items, path, &to, entry);
	free(rooted);
	free(path);
	return result;
}

int
items_add_file_at(struct items *items, const char *from, const char *to, mode_t type,
		  struct plan_entry **entry)
{
	return plan_file(
	    items, &(struct placement){from, to, from, type, items_why(items, "-f", from)}, entry);
}

int
items_add_file(struct items *items, const char *spec)
{
	const char *to = destination(spec);
	struct plan_entry *entry;
	char *from = to != NULL ? xasprintf("%.*s", (int)(to - 1 - spec), spec) : xstrdup(spec);
	int result = plan_file(items, &(struct placement){from, to, spec, 0, {"-f", spec}}, &entry);

	free(from);
	return result;
}

struct plan_why
items_why(struct items *items, const char *option, const char *name)
{
	const struct items_line *line = items->line;

	if (line == NULL)
		return (struct plan_why){option, name};
	char *of = xasprintf("%s (%s)", name, line->where);
	const struct plan_why why = {line->word, plan_string(items->closure->plan, of)};
	free(of);
	return why;
}

char *
items_absolute(const struct items *items, const char *path)
{
	char here[PATH_MAX];

	if (path[0] == '/')
		return xstrdup(path);
	if (items->line != NULL)
		return xasprintf("%s/%s", items->line->directory, path);
	if (getcwd(here, sizeof(here)) == NULL)
		message_err(3, "cannot get the current directory");
	return xasprintf("%s/%s", strcmp(here, "/") != 0 ? here : "", path);
}

/* Records that the program at `target`, requested as `path`, needs a link in /bin. */
static void
queue_link(struct items *items, const char *path, const char *target, struct plan_why why)
{
	const struct closure *closure = items->closure;

	if (bin_link_is_needless(closure->source, closure->plan, path))
		return;
	items->links = xgrow(items->links, items->count, sizeof(*items->links));
	why.of = plan_string(closure->plan, why.of);
	items->links[items->count++] = (struct items_link){xstrdup(path), xstrdup(target), why};
}

/* Reports a missing program. Returns 0 if it is optional, else -1. */
static int
report_missing(const struct items *items, const char *name, const char *tried)
{
	bool optional = items->line != NULL && items->line->optional;

	if (!optional)
		message_warnx("cannot find %s: looked %s", name, tried);
	else if (items->line->report_skipped)
		message_warnx("skipping %s: looked %s", name, tried);
	return optional ? 0 : -1;
}

/* Plans a program that was found at `path`; `name` is for messages. Frees `path` and `found`. */
static int
add_program(struct items *items, struct source_found *found, char *path, const char *name,
	    struct plan_why why)
{
	struct closure *closure = items->closure;
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, why);
	int result = -1;

	if (entry == NULL)
		message_warnx("cannot pack %s: %s", name, source_problem(errno));
	else
		result = closure_want_program(closure, entry);
	if (result == 0) {
		const struct object *object =
		    object_get(&closure->libraries.objects, entry->source);
		const struct machine *machine =
		    object != NULL && object->kind == OBJECT_ELF ? machine_of(&object->elf) : NULL;
		queue_link(items, path, found->path, why);
		program_tree_find(&items->trees, closure->source, path, entry->path,
				  machine != NULL ? machine->multiarch : NULL);
	}
	free(path);
	source_release(found);
	return result;
}

/* Plans a program given as an absolute path. */
static int
add_path(struct items *items, const char *path, struct plan_why why)
{
	struct closure *closure = items->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		char *tried =
		    xasprintf("for %s%s: %s", closure->source->root, path, strerror(errno));
		int result = report_missing(items, path, tried);
		free(tried);
		return result;
	}
	if (S_ISREG(found.stat.st_mode) && (found.stat.st_mode & 0111) != 0)
		return add_program(items, &found, xstrdup(path), path, why);
	message_warnx("cannot pack %s: it is not an executable file", path);
	source_release(&found);
	return -1;
}

/* Plans the program at `from` on this machine at the path `to`, which does not depend on `from`. */
static int
add_moved(struct items *items, const char *from, const char *to, struct plan_why why)
{
	struct closure *closure = items->closure;
	char *located = plan_locate(closure->plan, to);
	int result = -1;

	if (located == NULL)
		message_warn("cannot put %s at %s", from, to);
	else if (place_file(closure, from, located, true, why) == 0) {
		struct plan_entry *entry = plan_find(closure->plan, located);
		entry->moved = !entry->in_place;
		plan_share_mode(entry);
		result = closure_want_program(closure, entry);
		if (result == 0)
			queue_link(items, to, located, why);
	}
	free(located);
	return result;
}

/* Plans a program of this machine, given as a relative path, at the path `to`. */
static int
add_relative(struct items *items, const char *name, const char *to, struct plan_why why)
{
	struct stat found;
	char *path = items_absolute(items, name),
	     *real = source_there(items->closure->source, path, &found);
	int result = -1;

	if (real == NULL) {
		char *tried = xasprintf("for %s: %s", path, strerror(errno));
		result = report_missing(items, name, tried);
		free(tried);
	} else if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0) {
		message_warnx("cannot pack %s: it is not an executable file", name);
	} else {
		result = add_moved(items, real, to, why);
	}
	free(real);
	free(path);
	return result;
}

static int
add_name(struct items *items, const char *name, struct plan_why why)
{
	struct closure *closure = items->closure;
	struct source_found found;
	char *tried, *path;

	if (items->init_is_own && own_init_has(name))
		return 0;
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path,
		       &tried) == 0)
		return add_program(items, &found, path, name, why);
	char *in = xasprintf("in %s", tried != NULL ? tried : "no directory");
	int result =
	    report_missing(items, name[0] != '\0' ? name : "a program with an empty name", in);
	free(in);
	free(tried);
	return result;
}

/* Plans a program; if `name` is a relative path, at the path `to`. */
static int
add_any(struct items *items, const char *name, const char *to, struct plan_why why)
{
	if (strchr(name, '/') == NULL)
		return add_name(items, name, why);
	if (name[0] == '/')
		return add_path(items, name, why);
	if (to != NULL)
		return add_relative(items, name, to, why);
	message_warn("cannot find %s", name);
	return -1;
}

int
items_add_command(struct items *items, const char *name, struct plan_why why)
{
	char *to = names_rooted(name);
	int result = add_any(items, name, to, why);

	free(to);
	return result;
}

int
items_add_binary(struct items *items, const char *name)
{
	const char *slash = strrchr(name, '/');
	char *to = xasprintf("/usr/bin/%s", slash != NULL ? slash + 1 : name);
	int result = add_any(items, name, to, items_why(items, "-b", name));

	free(to);
	return result;
}

char *
items_program_path(const struct items *items, const char *name)
{
	const struct closure *closure = items->closure;
	struct source_found found;
	char *path, *tried;

	if (strchr(name, '/') != NULL)
		return items_absolute(items, name);
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path,
		       &tried) != 0) {
		free(tried);
		return NULL;
	}
	source_release(&found);
	return path;
}

/* Returns the path of an init of this machine, to be freed. items_add_init() reports a missing one.
 */
static char *
find_init_here(const struct items *items, const char *file)
{
	char *path = items_absolute(items, file),
	     *found = source_resolve(items->closure->source, path);

	if (found == NULL)
		return path;
	free(path);
	return found;
}

int
items_start(struct items *items, struct closure *closure, const char *file)
{
	char *tried = NULL;
	struct stat found;

	*items = (struct items){.closure = closure};
	if (file == NULL)
		items->init = own_init_find(&tried);
	else if (source_is_here(closure->source, file))
		items->init = find_init_here(items, file);
	else if ((items->init = source_real(closure->source, file, &found)) == NULL)
		message_warn("cannot find %s%s", closure->source->root, file);
	items->init_is_own = file == NULL || (items->init != NULL && own_init_is(items->init));
	if (items->init == NULL && file == NULL)
		message_warnx("cannot find init: looked in %s; name one with --init", tried);
	free(tried);
	return items->init != NULL ? 0 : -1;
}

int
items_add_init(struct items *items)
{
	const char *path = items->init;
	struct stat found;

	if (path == NULL)
		return 0; /* items_start() has reported it */
	if (stat(path, &found) != 0)
		message_warn("cannot find %s", path);
	else if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0)
		message_warnx("cannot pack %s as /init: it is not an executable file", path);
	else if (place_file(items->closure, path, "/init", true, (struct plan_why){"init", path}) ==
		 0)
		return closure_want_program(items->closure,
					    plan_find(items->closure->plan, "/init"));
	return -1;
}

bool
items_will_link(const struct items *items, const char *path)
{
	bool will = false;

	for (size_t i = 0; i < items->count && !will && strncmp(path, "/bin/", 5) == 0; i++)
		will = strcmp(strrchr(items->links[i].path, '/') + 1, path + 5) == 0;
	return will;
}

int
items_finish(struct items *items)
{
	int result = 0;

	for (size_t i = 0; i < items->count; i++) {
		struct items_link *link = &items->links[i];
		if (bin_link_add(items->closure->source, items->closure->plan, link->path,
				 link->target, link->why) != 0)
			result = -1;
		free(link->path);
		free(link->target);
	}
	free(items->links);
	free(items->init);
	*items = (struct items){
	    .closure = items->closure, .trees = items->trees, .init_is_own = items->init_is_own};
	return result;
}
