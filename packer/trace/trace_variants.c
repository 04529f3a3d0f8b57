/* SPDX-License-Identifier: MIT */
#include "trace/trace_variants.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_machine.h"
#include "elf/object.h"
#include "host/memory.h"
#include "plan/source.h"
#include "resolve/closure.h"

/* The length of the directory above one of `names` that ends the directory of `path`, or 0. */
static size_t
find_top(const char *path, const char *const *names)
{
	size_t directory = (size_t)(strrchr(path, '/') - path);

	for (; names != NULL && *names != NULL; names++) {
		size_t length = strlen(*names);
		if (directory > length && strncmp(path + directory - length, *names, length) == 0 &&
		    path[directory - length - 1] == '/')
			return directory - length - 1;
	}
	return 0;
}

/* The same for all processors of a machine. */
static size_t
find_top_of_any(const char *path, const struct machine *machine)
{
	size_t top = find_top(path, machine->hwcaps);

	if (top == 0)
		top = find_top(path, machine->legacy);
	for (const struct machine_platform *p = machine->platforms;
	     top == 0 && p != NULL && p->name != NULL; p++)
		top = find_top(path, p->legacy);
	return top;
}

struct adding {
	struct closure *closure;
	const struct plan_entry *entry; /* the one that is there already */
	int top;			/* the length of the directory above all */
	bool failed;
};

/*
 * Plans the file of the same name in the directory `below` the top, with a slash in front.
 * Returns whether it is there.
 */
static bool
add_one(struct adding *adding, const char *slash, const char *below)
{
	struct closure *closure = adding->closure;
	const struct plan_why why = {"variant of", adding->entry->path};
	char *path = memory_format("%.*s%s%s%s", adding->top, adding->entry->path, slash, below,
				   strrchr(adding->entry->path, '/'));
	struct source_found found;
	bool is_there = source_find(closure->source, closure->plan, path, &found) == 0;

	if (is_there && S_ISREG(found.stat.st_mode) &&
	    strcmp(found.path, adding->entry->path) != 0) {
		struct plan_entry *entry = source_add(closure->source, closure->plan, &found, why);
		if (entry == NULL)
			warnx("cannot pack %s: %s", path, source_problem(errno));
		else
			closure_want_loaded(closure, entry);
		adding->failed |= entry == NULL;
	}
	if (is_there)
		source_release(&found);
	free(path);
	return is_there;
}

static void
add_all(struct adding *adding, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++)
		add_one(adding, "/", *names);
}

int
trace_variants_add(struct closure *closure, const struct plan_entry *entry)
{
	const struct object *object =
	    entry->source != NULL ? object_get(&closure->libraries.objects, entry->source) : NULL;
	const struct machine *machine =
	    object != NULL && object->kind == OBJECT_ELF && object->elf.type == ET_DYN
		? machine_of(&object->elf)
		: NULL;

	if (machine == NULL)
		return 1;
	size_t top = find_top_of_any(entry->path, machine);
	struct adding adding = {
	    closure, entry,
	    (int)(top > 0 ? top : (size_t)(strrchr(entry->path, '/') - entry->path)), false};
	bool is_for_all = add_one(&adding, "", "");
	add_all(&adding, machine->hwcaps);
	/* Only glibc up to 2.36 looks there: where the run did. */
	if (top > 0 && strstr(entry->path + top, "/glibc-hwcaps/") == NULL) {
		add_all(&adding, machine->legacy);
		for (const struct machine_platform *p = machine->platforms;
		     p != NULL && p->name != NULL; p++)
			add_all(&adding, p->legacy);
	}
	return adding.failed ? -1 : is_for_all;
}
