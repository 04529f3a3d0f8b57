/* SPDX-License-Identifier: MIT */
#include "resolve/loads.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "elf/elf_symbol.h"
#include "elf/object.h"
#include "host/memory.h"
#include "resolve/walk.h"
#include "text.h"

/* Adds a library and what it needs. Returns as run_add_library() does. */
static int
add(struct run *run, const struct loaded *by, const char *name, const struct run_wish *wish)
{
	size_t before = run->process.count;
	int result = run_add_library(run, by, name, wish);

	return result > 0 && run_add_needs(run, before) != 0 ? -1 : result;
}

/* Whether a thing of `by` is told of for the first time. */
static bool
is_new(struct run *run, void **set, const char *what, const struct loaded *by)
{
	char *key = memory_format("%s\n%s", what, by->entry->path);
	const char *kept = plan_string(run->libraries->plan, key);

	free(key);
	return libraries_is_new(set, kept);
}

/* Tells that a feature's libraries are left out, once. */
static void
tell_left_out(struct run *run, const struct loaded *by, const struct dlopen_feature *feature)
{
	if (!run->libraries->tell || run->optional || !is_new(run, &run->libraries->told, feature->sonames[0], by))
		return;
	warnx("%s%s is left out, which %s loads at run time%s%s: %s", feature->sonames[0],
	      feature->count > 1 ? " or its like" : "", by->entry->path, feature->name[0] != '\0' ? " for " : "",
	      feature->name,
	      feature->priority == DLOPEN_SUGGESTED ? "it is only suggested" : "it is recommended, but not there");
}

/* Of the libraries of a feature the first that is there is taken. */
static int
add_feature(struct run *run, const struct loaded *by, const struct dlopen_feature *feature)
{
	const bool required = feature->priority == DLOPEN_REQUIRED;
	struct run_wish wish = {{"loaded by", by->entry->path}, true};
	int found = 0, result = 0;

	for (size_t i = 0; found == 0 && i < feature->count; i++)
		found = run_has_library(run, by, feature->sonames[i]);
	if (found == 0 && feature->priority == DLOPEN_SUGGESTED) {
		tell_left_out(run, by, feature);
		return 0;
	}
	for (size_t i = 0; found == 0 && i < feature->count; i++)
		found = add(run, by, feature->sonames[i], &wish);
	if (found == 0 && !required)
		tell_left_out(run, by, feature);
	/* Each is told with the directories that it was looked for in. */
	wish.optional = false;
	for (size_t i = 0; found == 0 && required && i < feature->count; i++)
		result |= add(run, by, feature->sonames[i], &wish);
	return found < 0 ? -1 : result;
}

static int
add_features(struct run *run, const struct loaded *by)
{
	const struct object *object = by->object;
	int result = 0;

	if (object->loads_are_broken && is_new(run, &run->libraries->told, ".note.dlopen", by))
		warnx("cannot read what %s loads at run time: its note .note.dlopen is broken", by->entry->path);
	for (size_t i = 0; i < object->loads.count && interrupt_signal() == 0; i++)
		result |= add_feature(run, by, &object->loads.features[i]);
	return result;
}

/* glibc in the process, which loads what rules name, or NULL. */
static const struct loaded *
c_library(const struct run *run)
{
	for (size_t i = 0; i < run->process.count; i++) {
		const struct loaded *loaded = run->process.loaded[i];
		const char *soname = loaded->object->soname;
		if (soname != NULL && strncmp(soname, "libc.so.6", strlen("libc.so.6")) == 0)
			return loaded;
	}
	return NULL;
}

/* Whether the C library defines a version; asked once of the one that nearly all programs have. */
static bool
defines(struct libraries *libraries, const struct object *object, const char *version)
{
	if (libraries->asked != object || strcmp(libraries->asked_version, version) != 0) {
		libraries->asked = object;
		libraries->asked_version = version;
		libraries->answer = elf_has_string(&object->elf, version);
	}
	return libraries->answer;
}

/* Whether the C library `by` has in itself what `word` of a rule stands for. */
static bool
is_built_in(struct libraries *libraries, const struct rule *rule, const struct loaded *by, const char *word)
{
	const char *found = rule->built_in != NULL ? strstr(rule->built_in, word) : NULL;
	size_t length = strlen(word);

	return found != NULL && (found == rule->built_in || found[-1] == ' ') &&
	       (found[length] == ' ' || found[length] == '\0') && defines(libraries, by->object, rule->built_in_since);
}

/* Adds one library of a rule, if it is not loaded. */
static int
add_soname(struct run *run, const struct loaded *by, const char *name, const struct run_wish *wish)
{
	return run_has_library(run, by, name) || add(run, by, name, wish) >= 0 ? 0 : -1;
}

/* The libraries of a rule that counts for the object at `of`. */
static int
add_sonames(struct run *run, enum rule_number number, const char *of)
{
	const struct rule *rule = &rules[number];
	const struct loaded *by = c_library(run);
	char *what = memory_format("rule %s for", rule->name);
	const struct run_wish wish = {{what, of}, !rule->required};
	int result = 0;

	if (by != NULL && rule->words_of == NULL)
		result = add_soname(run, by, rule->sonames, &wish);
	const struct rule_words *words = by != NULL && rule->words_of != NULL
					     ? rule_words_get(run->libraries->words, number, run->libraries->plan)
					     : NULL;
	for (size_t i = 0; words != NULL && i < words->count; i++) {
		char *name = rule_words_put(rule->sonames, words->list[i]);
		if (!is_built_in(run->libraries, rule, by, words->list[i]))
			result |= add_soname(run, by, name, &wish);
		free(name);
	}
	free(what);
	return result;
}

/* Notes a rule whose files are to be packed. */
static void
note_files(struct run *run, enum rule_number number, const struct loaded *by)
{
	struct libraries *libraries = run->libraries;
	const char *lib = run->process.lib;

	if (!is_new(run, &libraries->noted_once, rules[number].paths, by))
		return;
	libraries->noted = memory_room(libraries->noted, libraries->noted_count, sizeof(*libraries->noted));
	libraries->noted[libraries->noted_count++] =
	    (struct libraries_noted){number, by->entry->path, lib != NULL ? plan_string(libraries->plan, lib) : NULL};
}

int
loads_add(struct run *run)
{
	int result = 0;

	/* What is loaded may load more. */
	for (size_t i = 0; i < run->process.count && interrupt_signal() == 0; i++) {
		const struct loaded *by = run->process.loaded[i];
		uint32_t set = by->object->rules | (i == 0 ? rules_match_name(by->entry->path) : 0);
		result |= add_features(run, by);
		for (int number = 0; set != 0 && number < RULES; number++) {
			if ((set & UINT32_C(1) << number) == 0)
				continue;
			if (rules[number].sonames != NULL)
				result |= add_sonames(run, (enum rule_number)number, by->entry->path);
			if (rules[number].below != NULL)
				note_files(run, (enum rule_number)number, by);
		}
	}
	return result;
}
