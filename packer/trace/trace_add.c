/* SPDX-License-Identifier: MIT */
#include "trace/trace_add.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "elf/elf_machine.h"
#include "elf/object.h"
#include "host/memory.h"
#include "plan/conflict.h"
#include "plan/names.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/place.h"
#include "trace/traced.h"

/* The variants, for other processors, of a library that a traced run has loaded on this one. */

/*
 * If the directory of `path` ends in one of `names`, returns the length of the directory above
 * that, else 0.
 */
static size_t
length_above(const char *path, const char *const *names)
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
length_above_any(const char *path, const struct machine *machine)
{
	size_t top = length_above(path, machine->hwcaps);

	if (top == 0)
		top = length_above(path, machine->legacy);
	for (const struct machine_platform *p = machine->platforms;
	     top == 0 && p != NULL && p->name != NULL; p++)
		top = length_above(path, p->legacy);
	return top;
}

struct variants {
	struct closure *closure;
	const struct plan_entry *entry; /* the variant that is planned already */
	int top;			/* length of the directory above all variants */
	bool failed;
};

/*
 * Plans the file of the same name in the directory `below` the top, preceded by `slash`. Returns
 * whether it exists.
 */
static bool
add_variant(struct variants *variants, const char *slash, const char *below)
{
	struct closure *closure = variants->closure;
	const struct plan_why why = {"variant of", variants->entry->path};
	char *path = xasprintf("%.*s%s%s%s", variants->top, variants->entry->path, slash, below,
			       strrchr(variants->entry->path, '/'));
	struct source_found found;
	bool is_there = source_find(closure->source, closure->plan, path, &found) == 0;

	if (is_there && S_ISREG(found.stat.st_mode) &&
	    strcmp(found.path, variants->entry->path) != 0) {
		struct plan_entry *entry = source_add(closure->source, closure->plan, &found, why);
		if (entry == NULL)
			message_warnx("cannot pack %s: %s", path, source_problem(errno));
		else
			closure_want_loaded(closure, entry);
		variants->failed |= entry == NULL;
	}
	if (is_there)
		source_release(&found);
	free(path);
	return is_there;
}

static void
add_variants(struct variants *variants, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++)
		add_variant(variants, "/", *names);
}

/*
 * Plans the variants of a library in or above a processor-specific directory such as
 * glibc-hwcaps/x86-64-v3. Returns 1 if one of them, or `entry`, is for all processors; 0 if some
 * processors find none; -1 after a warning.
 */
static int
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
	size_t top = length_above_any(entry->path, machine);
	struct variants variants = {
	    closure, entry,
	    (int)(top > 0 ? top : (size_t)(strrchr(entry->path, '/') - entry->path)), false};
	bool is_for_all = add_variant(&variants, "", "");
	add_variants(&variants, machine->hwcaps);
	/* Only glibc up to 2.36 looks there, so only if this run did. */
	if (top > 0 && strstr(entry->path + top, "/glibc-hwcaps/") == NULL) {
		add_variants(&variants, machine->legacy);
		for (const struct machine_platform *p = machine->platforms;
		     p != NULL && p->name != NULL; p++)
			add_variants(&variants, p->legacy);
	}
	return variants.failed ? -1 : is_for_all;
}

/* Notes about a traced run, printed to standard error; they are not errors. */

/*
 * Text before and after the paths, and the number of paths on a line. With 1, each path has its own
 * line.
 */
static const struct {
	const char *before, *behind;
	size_t most;
} words[NOTES] = {
    [NOTE_WRITTEN] = {"left out, as it was written: ", "", 1},
    [NOTE_REMOVED] = {"left out, as it was removed: ", "", 1},
    [NOTE_GONE] = {"left out, as it no longer exists: ", "", 1},
    [NOTE_SPECIAL] = {"left out, as it cannot be packed: ", "", 1},
    [NOTE_VOLATILE] = {"left out, as it is in a volatile directory: ",
		       "; if it is needed, pack it with -f SRC:DST", 4},
    [NOTE_HOME] = {"packed from a home directory, which is /root in the image: ", "", 4},
    [NOTE_PRIVATE] = {"packed, though not everyone may read it here: ", "", 4},
    [NOTE_VARIANT] = {"packed, though only some processors use it: ", "; others will not find it",
		      4},
    [NOTE_RIGHTS] = {"ran without its owner's rights, with which only root can trace it: ", "", 4},
};

static void
trace_notes_add(struct trace_notes *notes, enum trace_note note, const char *path)
{
	traced_add_name(&notes->paths[note], &notes->counts[note], path);
}

void
trace_notes_free(struct trace_notes *notes)
{
	for (int note = 0; note < NOTES; note++) {
		for (size_t i = 0; i < notes->counts[note]; i++)
			free(notes->paths[note][i]);
		free(notes->paths[note]);
	}
	*notes = (struct trace_notes){.counts = {0}};
}

/* Up to `most` names from `at` on, and the number of further ones, to be freed. */
static char *
join_names(char *const *names, size_t count, size_t at, size_t most)
{
	size_t end = count - at > most ? at + most : count;
	char *text = xstrdup(names[at]);

	for (size_t i = at + 1; i < end; i++) {
		char *longer = xasprintf("%s, %s", text, names[i]);
		free(text);
		text = longer;
	}
	if (most > 1 && end < count) {
		char *longer = xasprintf("%s and %zu more", text, count - end);
		free(text);
		text = longer;
	}
	return text;
}

void
trace_report(const struct trace_notes *notes, const struct traced *traced, bool keep,
	     const char *option, const char *text)
{
	for (int note = 0; note < NOTES; note++) {
		size_t most = words[note].most, count = notes->counts[note];
		for (size_t i = 0; i < (most == 1 ? count : count > 0); i++) {
			char *names = join_names(notes->paths[note], count, i, most);
			message_warnx("%s \"%s\": %s%s%s", option, text, words[note].before, names,
				      words[note].behind);
			free(names);
		}
	}
	/* Services that the command started itself are traced like it. */
	for (size_t i = 0; i < traced->service_count; i++)
		if (!traced_changed(traced, traced->services[i]))
			message_warnx("%s \"%s\": connected to a service of this machine, which is "
				      "not in the image: %s",
				      option, text, traced->services[i]);
	if (traced->left_count > 0) {
		char *names = join_names(traced->left, traced->left_count, 0, traced->left_count);
		message_warnx("%s \"%s\": left processes running, which were terminated: %s",
			      option, text, names);
		free(names);
	}
	if (keep && traced->relative_count > 0)
		message_warnx("%s \"%s\": %zu of its paths, first %s, are relative to its "
			      "current directory, which is / in an image",
			      option, text, traced->relative_count, traced->relative);
	if (traced->hid)
		message_warnx(
		    "%s \"%s\": some of its files could not be traced: it used io_uring, or "
		    "the memory of a process is unreadable",
		    option, text);
}

struct adding {
	struct closure *closure;
	struct traced *traced;
	struct trace_notes *notes;
	const char *start; /* contents of this directory go below the root; NULL: none */
	const struct traced_file *file; /* the current file */
	struct plan_why why;		/* its reason */
};

static bool
is_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Directories that the kernel fills, or that are empty after each boot. */
static bool
is_volatile(const char *path)
{
	return is_below(path, "/proc") || is_below(path, "/sys") || is_below(path, "/dev") ||
	       is_below(path, "/run") || is_below(path, "/tmp");
}

/* The volatile directories whose files are made by programs. */
static bool
is_temporary(const char *path)
{
	return is_below(path, "/run") || is_below(path, "/tmp") || is_below(path, "/dev/shm");
}

static bool
is_home(const char *path)
{
	const char *home = getenv("HOME");

	return is_below(path, "/home") || is_below(path, "/root") ||
	       (home != NULL && home[0] == '/' && home[1] != '\0' && is_below(path, home));
}

static bool
is_used(const struct adding *adding)
{
	return (adding->file->did & (TRACED_OPENED | TRACED_EXECUTED)) != 0;
}

/* Plans a directory without its contents: the run's own accesses plan these. */
static int
add_directory(struct adding *adding, const struct source_found *found)
{
	struct closure *closure = adding->closure;
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, adding->why);

	if (entry == NULL)
		return errno == EISDIR ? 0 : -1; /* the root directory always exists */
	struct plan_entry wanted = *entry;
	if (entry->rank == PLAN_IMPLIED && found->entry == NULL) {
		wanted.rank = PLAN_GIVEN;
		wanted.mode = found->stat.st_mode & 07777;
	}
	return plan_add(closure->plan, &wanted, adding->why) != NULL ? 0 : -1;
}

/* Notes about a file that is packed. */
static void
note_file(struct adding *adding, const struct source_found *found)
{
	const struct stat *stat = &found->stat;

	if ((adding->file->did & TRACED_EXECUTED) != 0 &&
	    (stat->st_mode & (S_ISUID | S_ISGID)) != 0 && geteuid() != 0)
		trace_notes_add(adding->notes, NOTE_RIGHTS, found->path);
	if (found->entry != NULL)
		return; /* it was requested otherwise, too */
	if (is_home(found->path))
		trace_notes_add(adding->notes, NOTE_HOME, found->path);
	if ((stat->st_mode & 0005) == 0)
		trace_notes_add(adding->notes, NOTE_PRIVATE, found->path);
}

static int
add_file(struct adding *adding, const struct source_found *found)
{
	struct closure *closure = adding->closure;

	char *there = source_path(closure->source, found->path);
	int problem = found->entry != NULL ? 0 : source_check(closure->source, there, &found->stat);
	bool is_readable = found->entry != NULL || access(there, R_OK) == 0;
	free(there);
	/* A file that was not opened or executed need not be readable. */
	if (problem == EOPNOTSUPP || problem == ENODATA || problem == ETXTBSY ||
	    (!is_readable && !is_used(adding))) {
		if (is_used(adding) || !is_readable)
			trace_notes_add(adding->notes, NOTE_SPECIAL, found->path);
		return 0;
	}
	struct plan_entry *entry = source_add(closure->source, closure->plan, found, adding->why);
	if (entry == NULL)
		return -1;
	entry->program |= (adding->file->did & TRACED_EXECUTED) != 0;
	closure_want_loaded(closure, entry);
	note_file(adding, found);
	int others =
	    (adding->file->did & TRACED_OPENED) != 0 ? trace_variants_add(closure, entry) : 1;
	if (others == 0)
		trace_notes_add(adding->notes, NOTE_VARIANT, entry->path);
	return others < 0 ? -1 : 0;
}

/* Notes a file that no longer exists. */
static void
note_gone(struct adding *adding, const char *path)
{
	if (!traced_changed(adding->traced, path) &&
	    !traced_changed(adding->traced, adding->file->real) &&
	    (is_used(adding) || (adding->file->did & TRACED_LISTED) != 0))
		trace_notes_add(adding->notes, NOTE_GONE, path);
}

/* Plans the file at `path`, and links on the way. */
static int
add_resolved_path(struct adding *adding, const char *path)
{
	struct closure *closure = adding->closure;
	struct source_found found;
	int result = 0;

	if (source_find(closure->source, closure->plan, path, &found) != 0) {
		if (errno == ENOENT && access(path, F_OK) != 0) {
			note_gone(adding, path);
			return 0;
		}
		message_warn("cannot pack %s, %s %s", path, adding->why.what, adding->why.of);
		return -1;
	}
	if (is_volatile(found.path)) {
		result = place_links_on_way(closure, &found, is_volatile, adding->why);
		source_release(&found);
		return result;
	}
	bool is_left_out = filters_match(&closure->filters, found.path);
	bool is_changed =
	    traced_changed(adding->traced, found.path) && !S_ISDIR(found.stat.st_mode);
	if (is_left_out || is_changed)
		result = 0;
	else if (S_ISDIR(found.stat.st_mode))
		result =
		    traced_made(adding->traced, found.path) ? 0 : add_directory(adding, &found);
	else
		result = add_file(adding, &found);
	if (result != 0)
		message_warnx("cannot pack %s, %s %s: %s", path, adding->why.what, adding->why.of,
			      source_problem(errno));
	source_release(&found);
	return result;
}

/*
 * Notes a file that is left out because its directory is volatile, unless it is planned for another
 * reason.
 */
static void
note_volatile(struct adding *adding, const char *path)
{
	if (plan_find(adding->closure->plan, path) == NULL && is_temporary(path) &&
	    is_used(adding) && !traced_changed(adding->traced, path))
		trace_notes_add(adding->notes, NOTE_VOLATILE, path);
}

/* Plans a directory below the start directory. */
static int
add_rooted_directory(struct adding *adding, const struct stat *stat, const char *to)
{
	struct plan *plan = adding->closure->plan;
	char *end = xasprintf("%s/.", to), *located = plan_locate(plan, end);
	const struct plan_entry wanted = {
	    .path = located, .type = PLAN_DIR, .rank = PLAN_GIVEN, .mode = stat->st_mode & 07777};
	int result = 0;

	free(end);
	/* Directories of every image keep their mode. */
	if (located != NULL && located[0] != '\0' && plan_find(plan, located) == NULL)
		result = plan_add_parents(plan, located, adding->why) == 0 &&
				 plan_add(plan, &wanted, adding->why) != NULL
			     ? 0
			     : -1;
	if (result != 0)
		conflict_report(plan, adding->file->path, to);
	free(located);
	return result;
}

static int
add_rooted_file(struct adding *adding, const struct stat *stat, const char *to)
{
	struct closure *closure = adding->closure;
	const char *real = adding->file->real;
	int problem = source_check(closure->source, real, stat);
	bool is_readable = access(real, R_OK) == 0;

	if (problem == EOPNOTSUPP || problem == ENODATA || problem == ETXTBSY || !is_readable) {
		if (is_used(adding))
			trace_notes_add(adding->notes, NOTE_SPECIAL, real);
		return 0;
	}
	struct plan_entry *entry =
	    source_add_moved(closure->source, closure->plan, real, stat, to, adding->why);
	if (entry == NULL)
		return conflict_report(closure->plan, real, to);
	entry->program |= (adding->file->did & TRACED_EXECUTED) != 0;
	closure_want_loaded(closure, entry);
	if ((stat->st_mode & 0005) == 0)
		trace_notes_add(adding->notes, NOTE_PRIVATE, real);
	return 0;
}

/* Plans a file below the start directory, in the image below the root; links in it are followed. */
static int
add_rooted(struct adding *adding)
{
	const struct traced_file *file = adding->file;
	char *to = names_rooted(file->path + strlen(adding->start));
	struct stat found;
	int result = 0;

	if (to == NULL || stat(file->real, &found) != 0)
		note_gone(adding, file->path);
	else if (strcmp(to, "/") == 0 || filters_match(&adding->closure->filters, to))
		result = 0;
	else if (S_ISDIR(found.st_mode))
		result = traced_made(adding->traced, file->real)
			     ? 0
			     : add_rooted_directory(adding, &found, to);
	else if (!traced_changed(adding->traced, file->real))
		result = add_rooted_file(adding, &found, to);
	free(to);
	return result;
}

/* Plans the path as requested or, if that is volatile, the path to which it resolved. */
static int
add_traced_file(struct adding *adding)
{
	const struct traced_file *file = adding->file;
	bool real_is_volatile = is_volatile(file->real);

	if (adding->start != NULL && is_below(file->path, adding->start))
		return add_rooted(adding);
	/* Directories above the start directory have no meaning in the image. */
	if (adding->start != NULL && is_below(adding->start, file->path) && !is_used(adding))
		return 0;
	if (real_is_volatile)
		note_volatile(adding, file->real);
	if (!is_volatile(file->path))
		return add_resolved_path(adding, file->path);
	if (!real_is_volatile)
		note_volatile(adding, file->path);
	return real_is_volatile ? 0 : add_resolved_path(adding, file->real);
}

/* The strongest reason for a file. */
static const char *
strongest_reason(const struct traced_file *file)
{
	if ((file->did & TRACED_EXECUTED) != 0)
		return "executed";
	if ((file->did & TRACED_OPENED) != 0)
		return "opened";
	if ((file->did & TRACED_LISTED) != 0)
		return "listed";
	return (file->did & TRACED_CHANGED_IN) != 0 ? "written in" : "looked at";
}

/*
 * Returns whether a file that was opened for writing is unchanged. A file opened only for writing
 * counts as changed.
 */
static bool
is_unchanged(const struct traced_change *change, const struct stat *now)
{
	const struct stat *before = &change->before;

	return change->existed && change->read && S_ISREG(before->st_mode) &&
	       now->st_ino == before->st_ino && now->st_size == before->st_size &&
	       now->st_mtim.tv_sec == before->st_mtim.tv_sec &&
	       now->st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

/* Returns whether the run made the directory of the file; then only the directory is reported. */
static bool
is_in_made(const struct traced *traced, const char *path)
{
	char *above = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	bool is = traced_made(traced, above);

	free(above);
	return is;
}

/* Notes written and removed files; unchanged ones count as opened. */
static void
note_changes(struct traced *traced, struct trace_notes *notes)
{
	for (size_t i = 0; i < traced->change_count; i++) {
		struct traced_change *change = traced->changes[i];
		struct stat now;
		bool is_there = lstat(change->path, &now) == 0;
		bool is_made_up = is_volatile(change->path) && !is_temporary(change->path);
		change->unchanged = is_there && is_unchanged(change, &now);
		if (change->unchanged)
			traced_add(traced, change->path, change->path, TRACED_OPENED);
		else if (is_there && !is_made_up && !is_in_made(traced, change->path))
			trace_notes_add(notes, NOTE_WRITTEN, change->path);
		else if (!is_there && change->existed && !is_made_up)
			trace_notes_add(notes, NOTE_REMOVED, change->path);
	}
}

int
trace_add(struct closure *closure, struct traced *traced, const char *start, struct plan_why why,
	  struct trace_notes *notes)
{
	struct adding adding = {
	    .closure = closure, .traced = traced, .notes = notes, .start = start};
	int result = 0;

	traced_sort(traced);
	note_changes(traced, notes);
	traced_sort(traced);
	for (size_t i = 0; i < traced->file_count; i++) {
		char *what = xasprintf("%s by %s", strongest_reason(traced->files[i]), why.what);
		adding.file = traced->files[i];
		adding.why = (struct plan_why){what, why.of};
		result |= add_traced_file(&adding);
		free(what);
	}
	return result;
}
