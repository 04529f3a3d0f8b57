/* SPDX-License-Identifier: MIT */
#include "resolve/closure.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/message.h"
#include "elf/elf_machine.h"
#include "host/memory.h"
#include "plan/names.h"
#include "plan/source.h"
#include "resolve/bin_link.h"

/* Plans the files of rules (rules.h). */

struct wanted {
	struct closure *closure;
	struct plan_why why;
	bool found;
	int result;
};

/* Plans the file at `path`, if it exists. */
static void
add_rule_path(struct wanted *wanted, const char *path)
{
	struct closure *closure = wanted->closure;
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0)
		return;
	wanted->found = S_ISREG(found.stat.st_mode);
	if (wanted->found && !filters_match(&closure->filters, found.path)) {
		struct plan_entry *entry =
		    source_add(closure->source, closure->plan, &found, wanted->why);
		if (entry != NULL)
			closure_want_loaded(closure, entry);
		else
			message_warnx("cannot pack %s: %s", path, source_problem(errno));
		wanted->result |= entry != NULL ? 0 : -1;
	}
	source_release(&found);
}

/* Plans the files that match a pattern. Its directory has no wildcards. */
static void
add_pattern(struct wanted *wanted, const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	char *directory = xasprintf("%.*s", (int)(slash - pattern), pattern);
	struct stat stat;
	char *real = source_real(wanted->closure->source, directory, &stat);
	DIR *open = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;

	while (interrupt_signal() == 0 && open != NULL && (entry = readdir(open)) != NULL) {
		if (fnmatch(slash + 1, entry->d_name, FNM_PERIOD) != 0)
			continue;
		char *path = xasprintf("%s/%s", directory, entry->d_name);
		add_rule_path(wanted, path);
		free(path);
	}
	if (open != NULL)
		closedir(open);
	free(real);
	free(directory);
}

/* Plans the first existing of the `alternatives` (a|b) below `directory`. */
static void
add_first_path(struct wanted *wanted, const char *directory, char *alternatives)
{
	char *name;

	wanted->found = false;
	while (!wanted->found && (name = strsep(&alternatives, "|")) != NULL) {
		char *path = xasprintf("%s/%s", directory, name);
		if (strchr(name, '*') != NULL)
			add_pattern(wanted, path);
		else
			add_rule_path(wanted, path);
		free(path);
	}
}

/* Plans all `paths`, words separated by blanks, below `directory`. */
static void
add_rule_paths(struct wanted *wanted, const char *directory, const char *paths)
{
	char *copy = xstrdup(paths), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		add_first_path(wanted, directory, word);
	free(copy);
}

/* Returns `directory` with $LIB replaced by `lib`, to be freed; NULL if $LIB has no value. */
static char *
expand_lib(const char *directory, const char *lib)
{
	const char *at = strstr(directory, "$LIB");

	if (at == NULL)
		return xstrdup(directory);
	return lib != NULL ? xasprintf("%.*s%s%s", (int)(at - directory), directory, lib, at + 4)
			   : NULL;
}

/*
 * Plans the existing files of a rule, except those that filters exclude. Returns 0, or -1 after a
 * warning.
 */
static int
rule_files_add(struct closure *closure, const struct libraries_noted *noted)
{
	const struct rule *rule = &rules[noted->rule];
	char *what = xasprintf("rule %s for", rule->name);
	struct wanted wanted = {.closure = closure, .why = {what, noted->of}};
	const struct rule_words *words =
	    strstr(rule->paths, "%s") != NULL
		? rule_words_get(closure->libraries.words, noted->rule, closure->plan)
		: NULL;
	char *below = xstrdup(rule->below), *rest = below, *word;

	while ((word = strsep(&rest, " ")) != NULL) {
		char *directory = expand_lib(word, noted->lib);
		if (directory != NULL && words == NULL)
			add_rule_paths(&wanted, directory, rule->paths);
		for (size_t i = 0; directory != NULL && words != NULL && i < words->count; i++) {
			char *paths = rule_words_expand(rule->paths, words->list[i]);
			add_rule_paths(&wanted, directory, paths);
			free(paths);
		}
		free(directory);
	}
	free(below);
	free(what);
	return wanted.result;
}

#define PRELOAD "/etc/ld.so.preload"

void
closure_start(struct closure *closure, struct plan *plan, const struct source *source,
	      const char *path)
{
	*closure = (struct closure){.plan = plan, .source = source, .path = path};
	libraries_start(&closure->libraries, plan, source);
}

void
closure_end(struct closure *closure)
{
	libraries_end(&closure->libraries);
	free(closure->wanted);
	free(closure->given);
	free(closure->links);
	filters_free(&closure->filters);
}

void
closure_want_loaded(struct closure *closure, struct plan_entry *entry)
{
	if (entry->type != PLAN_FILE || entry->source == NULL || entry->followed)
		return;
	entry->followed = true;
	closure->wanted = xgrow(closure->wanted, closure->count, sizeof(struct plan_entry *));
	closure->wanted[closure->count++] = entry;
}

void
closure_want(struct closure *closure, struct plan_entry *entry)
{
	entry->whole = true;
	closure_want_loaded(closure, entry);
}

int
closure_want_program(struct closure *closure, struct plan_entry *entry)
{
	const struct object *object =
	    entry->source != NULL ? object_get(&closure->libraries.objects, entry->source) : NULL;

	/* An unreadable file is reported when its dependencies are resolved. */
	if (object != NULL && object->kind == OBJECT_DATA) {
		message_warnx(
		    "cannot pack %s: the kernel cannot execute it: it is neither ELF nor #!",
		    entry->source);
		return -1;
	}
	entry->program = true;
	closure_want(closure, entry);
	return 0;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
closure_give(struct closure *closure, const struct plan_entry *entry, struct libraries_given given)
{
	for (size_t i = 0; i < closure->given_count; i++) {
		const struct closure_given *known = &closure->given[i];
		if (known->entry == entry && is_same(known->given.path, given.path) &&
		    is_same(known->given.preload, given.preload))
			return;
	}
	given.path = given.path != NULL ? plan_string(closure->plan, given.path) : NULL;
	given.preload = given.preload != NULL ? plan_string(closure->plan, given.preload) : NULL;
	closure->given = xgrow(closure->given, closure->given_count, sizeof(*closure->given));
	closure->given[closure->given_count++] = (struct closure_given){entry, given};
}

void
closure_want_link(struct closure *closure, const char *path, const char *from, struct plan_why why)
{
	char *spec = xasprintf("%s %s", why.what, why.of);

	closure->links = xgrow(closure->links, closure->link_count, sizeof(*closure->links));
	closure->links[closure->link_count++] = (struct closure_link){
	    plan_string(closure->plan, path), plan_string(closure->plan, from),
	    plan_string(closure->plan, spec)};
	free(spec);
}

/* Plans a program that was found, and queues it. Returns its entry, or NULL after a warning. */
static struct plan_entry *
add_program(struct closure *closure, const struct source_found *found, struct plan_why why)
{
	struct plan_entry *entry = NULL;

	if (!S_ISREG(found->stat.st_mode) || (found->stat.st_mode & 0111) == 0)
		message_warnx("cannot pack %s, %s %s: it is not an executable file", found->path,
			      why.what, why.of);
	else if ((entry = source_add(closure->source, closure->plan, found, why)) == NULL)
		message_warnx("cannot pack %s: %s", found->path, source_problem(errno));
	return entry != NULL && closure_want_program(closure, entry) == 0 ? entry : NULL;
}

static struct plan_entry *
add_program_at(struct closure *closure, const char *path, struct plan_why why)
{
	struct source_found found;

	if (path[0] != '/') {
		message_warnx("cannot find %s, %s %s: it is not an absolute path", path, why.what,
			      why.of);
		return NULL;
	}
	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		message_warnx("cannot find %s, %s %s: %s", path, why.what, why.of, strerror(errno));
		return NULL;
	}
	struct plan_entry *entry = add_program(closure, &found, why);
	source_release(&found);
	return entry;
}

/* Plans a program that env(1) looks up by name. */
static struct plan_entry *
add_program_named(struct closure *closure, const char *name, struct plan_why why)
{
	struct source_found found;
	char *tried, *path;

	if (strchr(name, '/') != NULL)
		return add_program_at(closure, name, why);
	if (names_find(closure->source, closure->plan, closure->path, name, &found, &path,
		       &tried) != 0) {
		message_warnx("cannot find %s, %s %s: looked in %s", name, why.what, why.of, tried);
		free(tried);
		return NULL;
	}
	struct plan_entry *entry = add_program(closure, &found, why);
	if (entry != NULL && !bin_link_is_needless(closure->source, closure->plan, path) &&
	    bin_link_add(closure->source, closure->plan, path, found.path, why) != 0)
		entry = NULL;
	free(path);
	source_release(&found);
	return entry;
}

static int
add_script(struct closure *closure, struct plan_entry *entry, const struct object *object)
{
	const char *problem = script_problem(object->result);
	const char *program = object->script.program;

	if (problem != NULL) {
		message_warnx("cannot pack %s: %s", entry->path, problem);
		return -1;
	}
	size_t given = closure->given_count;
	entry->run_by = add_program_at(closure, object->script.interpreter,
				       (struct plan_why){"interpreter of", entry->path});
	if (entry->run_by != NULL && program[0] != '\0')
		entry->run_by = add_program_named(closure, program,
						  (struct plan_why){"program of", entry->path});
	/*
	 * The interpreter inherits the script's environment; others may start it with an empty
	 * one.
	 */
	for (size_t i = 0; i < given && entry->run_by != NULL; i++) {
		const struct closure_given by = closure->given[i];
		if (by.entry != entry)
			continue;
		closure_give(closure, entry->run_by, (struct libraries_given){NULL, NULL});
		closure_give(closure, entry->run_by, by.given);
	}
	return entry->run_by != NULL ? 0 : -1;
}

/* Plans the libraries of an ELF file for each environment in which it is started. */
static int
add_libraries(struct closure *closure, const struct plan_entry *entry, const struct object *object)
{
	const struct libraries_given none = {NULL, NULL};
	bool is_given = false;
	int result = 0;

	for (size_t i = 0; i < closure->given_count; i++) {
		if (closure->given[i].entry != entry)
			continue;
		is_given = true;
		result |= libraries_add(&closure->libraries, entry, object, closure->given[i].given,
					!entry->whole);
	}
	return is_given ? result
			: libraries_add(&closure->libraries, entry, object, none, !entry->whole);
}

/*
 * Plans the dependencies of a file that is not a valid ELF file. A script or a broken ELF file
 * that is not executable is data.
 */
static int
resolve_other(struct closure *closure, struct plan_entry *entry, const struct object *object)
{
	bool is_executable = (entry->mode & 0111) != 0 && (entry->whole || entry->program);

	if (object == NULL) {
		message_warn("cannot read %s", entry->source);
		return -1;
	}
	if (!is_executable || object->kind == OBJECT_DATA)
		return 0;
	if (object->kind == OBJECT_SCRIPT)
		return add_script(closure, entry, object);
	message_warnx("cannot pack %s: its ELF headers are broken", entry->path);
	return -1;
}

/*
 * Checks that a script's chain of interpreters, which may be scripts too, ends in a program that
 * the kernel reaches. Returns 0, or -1 after a warning.
 */
static int
check_chain(const struct plan_entry *script)
{
	const struct plan_entry *at = script;

	for (int count = 0; at->run_by != NULL; count++) {
		at = at->run_by;
		if (at != script && count < SCRIPT_CHAIN)
			continue;
		if (at == script)
			message_warnx("cannot pack %s: the script is its own interpreter",
				      script->path);
		else
			message_warnx(
			    "cannot pack %s: its interpreter is a script, nested more than %d deep",
			    script->path, SCRIPT_CHAIN);
		return -1;
	}
	return 0;
}

/* Plans a library that glibc's loader loads into every program. */
static int
add_preloaded(struct closure *closure, const char *name)
{
	const struct plan_why why = {"library of", PRELOAD};
	struct source_found found;

	if (name[0] != '/') {
		message_warnx("cannot find %s, preloaded by %s: each program would search its own "
			      "directories; write its absolute path there",
			      name, PRELOAD);
		return -1;
	}
	if (source_find(closure->source, closure->plan, name, &found) != 0) {
		message_warn("cannot find %s%s, preloaded by %s", closure->source->root, name,
			     PRELOAD);
		return -1;
	}
	struct plan_entry *entry = source_add(closure->source, closure->plan, &found, why);
	if (entry != NULL)
		closure_want_loaded(closure, entry);
	else
		message_warnx("cannot pack %s: %s", name, source_problem(errno));
	source_release(&found);
	return entry != NULL ? 0 : -1;
}

/*
 * Plans the libraries in /etc/ld.so.preload, if that file is packed (ld.so(8)): paths separated by
 * blanks or colons; # begins a comment. Returns the number of failures.
 */
static size_t
add_preload(struct closure *closure)
{
	const struct plan_entry *entry = plan_find(closure->plan, PRELOAD);
	size_t size = 0, failed = 0;
	void *map =
	    entry != NULL && entry->source != NULL ? mapped_file(entry->source, &size) : NULL;

	if (map == NULL)
		return 0;
	char *text = xasprintf("%.*s", (int)size, (const char *)map), *rest = text, *line, *word;
	mapped_release(map);
	while ((line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "#")] = '\0';
		while ((word = strsep(&line, " \t:")) != NULL)
			if (word[0] != '\0')
				failed += add_preloaded(closure, word) != 0;
	}
	free(text);
	return failed;
}

size_t
closure_run(struct closure *closure)
{
	size_t failed = add_preload(closure), ruled = 0;

	/* Files with words for rules may have been planned since the last run. */
	rule_words_free(closure->libraries.words);
	for (size_t i = 0; i < closure->count && interrupt_signal() == 0; i++) {
		struct plan_entry *entry = closure->wanted[i];
		const struct object *object =
		    object_get(&closure->libraries.objects, entry->source);
		int result = object != NULL && object->kind == OBJECT_ELF
				 ? add_libraries(closure, entry, object)
				 : resolve_other(closure, entry, object);
		failed += result != 0;
		/* The files of rules may have dependencies too. */
		for (; ruled < closure->libraries.noted_count; ruled++)
			failed += rule_files_add(closure, &closure->libraries.noted[ruled]) != 0;
	}
	/* Now all interpreters are known. */
	for (size_t i = 0; i < closure->count; i++)
		failed += check_chain(closure->wanted[i]) != 0;
	return failed;
}

/* Returns the ELF file that the kernel finally executes for a program, or NULL. */
static const struct elf *
executed_elf(struct closure *closure, const struct plan_entry *entry)
{
	while (entry->run_by != NULL)
		entry = entry->run_by;
	const struct object *object =
	    entry->source != NULL ? object_get(&closure->libraries.objects, entry->source) : NULL;
	return object != NULL && object->kind == OBJECT_ELF ? &object->elf : NULL;
}

/* Whether a single kernel can execute both. */
static bool
is_one_kernel(const struct elf *a, const struct elf *b)
{
	static const uint16_t pairs[][2] = {
	    {EM_X86_64, EM_386}, {EM_AARCH64, EM_ARM}, {EM_PPC64, EM_PPC}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if ((a->machine == pairs[i][0] && b->machine == pairs[i][1]) ||
		    (a->machine == pairs[i][1] && b->machine == pairs[i][0]))
			return a->big == b->big;
	return a->machine == b->machine && a->big == b->big;
}

int
closure_check_init(struct closure *closure)
{
	const struct plan_entry *init = plan_find(closure->plan, "/init");
	const struct elf *its = init != NULL ? executed_elf(closure, init) : NULL;

	for (size_t i = 0; its != NULL && i < closure->count; i++) {
		const struct plan_entry *entry = closure->wanted[i];
		const struct elf *elf = entry->program ? executed_elf(closure, entry) : NULL;
		if (elf == NULL || is_one_kernel(its, elf))
			continue;
		message_warnx("cannot pack %s as /init: it is for %s, and %s is for %s; name one "
			      "for that machine with --init",
			      init->source, machine_name(its), entry->path, machine_name(elf));
		return -1;
	}
	return 0;
}
