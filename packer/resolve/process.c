/* SPDX-License-Identifier: MIT */
#include "resolve/process.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "elf/elf_machine.h"
#include "elf/ldcache.h"
#include "elf/loader.h"
#include "elf/object.h"
#include "host/memory.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "text.h"

/*
 * The search order of loaders. glibc: ld.so(8), and elf/dl-load.c _dl_map_object() where the page
 * does not specify it; musl: ldso/dynlink.c load_library(). Pure: a callback checks the
 * candidates. LD_LIBRARY_PATH is that of an experiment; packer's own does not apply to the image.
 */

/*
 * Values of tokens for one object; `lib` and `platform` are NULL with musl, which knows only
 * $ORIGIN.
 */
struct tokens {
	const char *origin;
	const char *lib;
	const char *platform;
};

/* Whether `c` continues the name of a token without braces (elf/dl-load.c is_dst()). */
static bool
is_token_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/*
 * Returns the length of the token at `at`, which is a dollar sign, and its value; 0 if it is no
 * token. musl compares the name only: $ORIGINAL is $ORIGIN and "AL" (ldso/dynlink.c
 * fixup_rpath()).
 */
static size_t
token_at(const char *at, const struct tokens *tokens, bool musl, const char **value)
{
	const struct {
		const char *name;
		const char *value;
	} known[] = {
	    {"ORIGIN", tokens->origin}, {"LIB", tokens->lib}, {"PLATFORM", tokens->platform}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t length = strlen(known[i].name);
		bool braces = at[1] == '{';
		if (known[i].value == NULL || strncmp(at + 1 + braces, known[i].name, length) != 0)
			continue;
		char next = at[1 + braces + length];
		if (braces ? next != '}' : !musl && is_token_char(next))
			continue;
		*value = known[i].value;
		return 1 + length + (braces ? 2 : 0);
	}
	return 0;
}

/*
 * Appends `length` bytes of `in` with tokens replaced. Returns false with musl if a token is
 * unknown.
 */
static bool
append_expanded(struct text *out, const char *in, size_t length, const struct tokens *tokens,
		bool musl)
{
	const char *end = in + length, *value = NULL;

	while (in < end) {
		size_t token = *in == '$' ? token_at(in, tokens, musl, &value) : 0;
		if (token == 0 && *in == '$' && musl)
			return false;
		if (token == 0) {
			text_char(out, *in++);
			continue;
		}
		text_string(out, value);
		in += token;
	}
	return true;
}

/* Tries `name` in the directory in `t`, but first in its subdirectories for certain processors. */
static int
try_directory(struct text *t, const char *name, const char *const *variants,
	      enum search_place place, search_try *try, void *context)
{
	size_t length = t->used;

	/* For the current directory, the plain name gives a clearer message. */
	for (;; variants++) {
		const char *variant = variants != NULL && length > 0 ? *variants : NULL;
		t->used = length;
		if (variant != NULL) {
			text_string(t, variant);
			text_char(t, '/');
		}
		text_string(t, name);
		text_char(t, '\0');
		int result = t->full ? 0 : try(context, t->data, place);
		if (result != 0 || variant == NULL)
			return result;
	}
}

/* Tries `name` in each of the directories of `list`. */
static int
try_list(const struct search *search, const char *list, const char *separators,
	 const struct tokens *tokens, const char *name, enum search_place place, search_try *try,
	 void *context)
{
	const bool musl = search->musl;
	char path[PATH_MAX];
	struct text t = text_in(path, sizeof(path));

	/* All loaders ignore an empty list; musl also ignores one with an unknown token. */
	if (list[0] == '\0' || !append_expanded(&t, list, strlen(list), tokens, musl))
		return 0;
	for (;;) {
		size_t length = strcspn(list, separators);
		t = text_in(path, sizeof(path));
		append_expanded(&t, list, length, tokens, musl);
		if (t.used > 0 && t.data[t.used - 1] != '/')
			text_char(&t, '/');
		/* musl skips an empty element; for glibc, it is the current directory. */
		if (!(musl && length == 0)) {
			int result = try_directory(&t, name, search->variants, place, try, context);
			if (result != 0)
				return result;
		}
		if (list[length] == '\0')
			return 0;
		list += length + 1;
	}
}

/* Whether `path` is anywhere below a default directory: NODEFLIB excludes such cache entries. */
static bool
is_below_default(const struct search *search, const char *path)
{
	for (const char *const *d = search->directories; *d != NULL; d++)
		if (strncmp(*d, path, strlen(*d)) == 0 && path[strlen(*d)] == '/')
			return true;
	return false;
}

/* Tries the cache, which has one result; if that is unusable, the default directories follow. */
static int
try_cache(const struct search *search, const struct search_object *by, const char *name,
	  search_try *try, void *context)
{
	const char *path =
	    search->cache != NULL
		? ldcache_find(search->cache, name, search->cache_flags, search->variants)
		: NULL;

	if (path == NULL || (by->nodeflib && is_below_default(search, path)))
		return 0;
	return try(context, path, SEARCH_CACHE);
}

static int
search_glibc(const struct search *search, const struct search_object *by, const char *name,
	     search_try *try, void *context)
{
	int result = 0;

	/* An RPATH is ignored if the object also has a RUNPATH, even for inheritance. */
	for (const struct search_object *o = by; by->runpath == NULL && o != NULL && result == 0;
	     o = o->loader) {
		struct tokens tokens = {o->origin, search->lib, search->platform};
		if (o->rpath != NULL && o->runpath == NULL)
			result = try_list(search, o->rpath, ":", &tokens, name, SEARCH_RPATH, try,
					  context);
	}
	struct tokens tokens = {by->origin, search->lib, search->platform};
	if (result == 0 && search->given != NULL)
		result =
		    try_list(search, search->given, ":", &tokens, name, SEARCH_GIVEN, try, context);
	if (result == 0 && by->runpath != NULL)
		result =
		    try_list(search, by->runpath, ":", &tokens, name, SEARCH_RUNPATH, try, context);
	if (result == 0)
		result = try_cache(search, by, name, try, context);
	for (const char *const *d = search->directories; !by->nodeflib && *d != NULL && result == 0;
	     d++)
		result = try_list(search, *d, "", &tokens, name, SEARCH_DEFAULT, try, context);
	return result;
}

static int
search_musl(const struct search *search, const struct search_object *by, const char *name,
	    search_try *try, void *context)
{
	const struct tokens none = {NULL, NULL, NULL};
	int result = 0;

	if (search->given != NULL)
		result =
		    try_list(search, search->given, ":", &none, name, SEARCH_GIVEN, try, context);
	for (const struct search_object *o = by; o != NULL && result == 0; o = o->loader) {
		struct tokens tokens = {o->origin, NULL, NULL};
		const char *list = o->runpath != NULL ? o->runpath : o->rpath;
		if (list != NULL)
			result = try_list(search, list, ":\n", &tokens, name,
					  o->runpath != NULL ? SEARCH_RUNPATH : SEARCH_RPATH, try,
					  context);
	}
	if (result == 0)
		result = try_list(search, search->path, ":\n", &none, name, SEARCH_DEFAULT, try,
				  context);
	return result;
}

int
search_name(const struct search *search, const struct search_object *by, const char *name,
	    char out[PATH_MAX])
{
	struct tokens tokens = {by->origin, search->lib, search->platform};
	struct text t = text_in(out, PATH_MAX);

	if (search->musl)
		text_string(&t, name);
	else
		append_expanded(&t, name, strlen(name), &tokens, false);
	text_char(&t, '\0');
	return t.full ? -1 : 0;
}

int
search_library(const struct search *search, const struct search_object *by, const char *name,
	       search_try *try, void *context)
{
	char path[PATH_MAX];

	/* Replace tokens first: their values contain slashes. */
	if (search_name(search, by, name, path) != 0)
		return 0;
	if (strchr(path, '/') != NULL)
		return try(context, path, SEARCH_NAMED);
	return (search->musl ? search_musl : search_glibc)(search, by, path, try, context);
}

bool
search_is_default(const struct search *search, const char *path)
{
	const char *slash = strrchr(path, '/');

	for (const char *const *d = search->directories; d != NULL && *d != NULL && slash != NULL;
	     d++)
		if (strlen(*d) == (size_t)(slash - path) && strncmp(*d, path, strlen(*d)) == 0)
			return true;
	return false;
}

bool
search_musl_is_loader(const char *name)
{
	static const char *const own[] = {"c", "pthread", "rt", "m", "dl", "util", "xnet"};

	if (strncmp(name, "lib", 3) != 0)
		return false;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		size_t length = strlen(own[i]);
		if (strncmp(name + 3, own[i], length) == 0 && name[3 + length] == '.')
			return true;
	}
	return false;
}

static const char musl_loader[] = "ld-musl-";
static const char musl_default[] = "/lib:/usr/local/lib:/usr/lib"; /* ldso/dynlink.c */

static bool
is_directory(const struct source *source, const char *path)
{
	struct stat found;
	char *there = source_real(source, path, &found);
	bool is = there != NULL && S_ISDIR(found.st_mode);

	free(there);
	return is;
}

/*
 * Sets the default directories if they cannot be read from glibc's loader, into which
 * distributions compile them. Debian's are the multiarch directories or, without them, those of
 * its older biarch packages; all others have lib or lib64.
 */
static void
set_directories(struct process *process, const struct source *source, const struct machine *machine)
{
	char *multiarch = xasprintf("/lib/%s", machine->multiarch);
	char *biarch = xasprintf("/%s", machine->biarch);
	bool has_multiarch = is_directory(source, multiarch);
	bool only = !has_multiarch && strcmp(machine->lib, machine->biarch) != 0 &&
		    is_directory(source, biarch);
	const char *lib = has_multiarch ? multiarch + 1 : only ? machine->biarch : machine->lib;
	size_t count = 0;

	process->lib = xstrdup(lib);
	process->directories[count++] = xasprintf("/%s", lib);
	process->directories[count++] = xasprintf("/usr/%s", lib);
	if (!only && strcmp(lib, "lib") != 0) {
		process->directories[count++] = xstrdup("/lib");
		process->directories[count++] = xstrdup("/usr/lib");
	}
	free(multiarch);
	free(biarch);
	process->search.directories = (const char *const *)process->directories;
	process->search.lib = process->lib;
}

/* Sets the subdirectories that the loader searches before each directory on this processor. */
static void
set_variants(struct process *process, bool legacy)
{
	const struct process_level *level = process->level;
	const char *const *lists[2] = {level->hwcaps, NULL};
	size_t count = 0;

	if (legacy && process->machine != NULL)
		lists[1] = level->platform != NULL && level->platform->legacy != NULL
			       ? level->platform->legacy
			       : process->machine->legacy;
	for (size_t i = 0; i < 2; i++)
		for (const char *const *name = lists[i]; name != NULL && *name != NULL; name++)
			if (count + 1 < PROCESS_VARIANTS)
				process->variants[count++] = *name;
	process->variants[count] = NULL;
	process->search.variants = count > 0 ? process->variants : NULL;
}

/*
 * $LIB is the first directory below /usr; without one, for a glibc elsewhere, it is the last
 * component of the first directory.
 */
void
process_use_loader(struct process *process, const struct loader *loader)
{
	const char *at = loader->first, *lib = NULL;

	if (process->search.musl || loader->count == 0)
		return;
	if (loader->legacy)
		set_variants(process, true);
	for (size_t i = 0; process->directories[i] != NULL; i++) {
		free(process->directories[i]);
		process->directories[i] = NULL;
	}
	free(process->lib);
	for (size_t i = 0; i < loader->count; i++, at += strlen(at) + 1) {
		char *directory = xasprintf("%.*s", (int)strlen(at) - 1, at);
		process->directories[i] = directory;
		if (lib == NULL && strncmp(directory, "/usr/", 5) == 0)
			lib = directory + 5;
	}
	process->lib = xstrdup(lib != NULL ? lib : strrchr(process->directories[0], '/') + 1);
	process->search.lib = process->lib;
}

/*
 * Returns the contents of the file at `path` in the source, to be freed, or NULL if it does not
 * exist. musl treats an unreadable file as empty.
 */
static char *
read_text(const struct source *source, const char *path)
{
	struct stat found;
	char *there = source_real(source, path, &found), *text;
	size_t size = 0;
	void *map = there != NULL ? mapped_file(there, &size) : NULL;

	if (there == NULL && errno == ENOENT)
		return NULL;
	text = xasprintf("%.*s", (int)size, map != NULL ? (const char *)map : "");
	if (map != NULL)
		mapped_release(map);
	free(there);
	return text;
}

/*
 * Reads the search path from etc/ld-musl-ARCH.path two levels above the loader (ldso/dynlink.c
 * load_library()).
 */
static void
set_musl(struct process *process, const struct source *source, const char *prefix,
	 const char *architecture, size_t length)
{
	const char *end = strrchr(prefix, '/');

	while (end != NULL && end > prefix && *--end != '/')
		;
	process->search.musl = true;
	process->path_file =
	    xasprintf("%.*s/etc/ld-musl-%.*s.path", end != NULL ? (int)(end - prefix) : 0, prefix,
		      (int)length, architecture);
	process->path = read_text(source, process->path_file);
	if (process->path == NULL) {
		free(process->path_file);
		process->path_file = NULL;
		process->path = xstrdup(musl_default);
	}
	process->search.path = process->path;
}

static bool
needs_musl(const struct object *object)
{
	const char *name;
	uint64_t at = 0;

	while ((name = elf_next(&object->elf, DT_NEEDED, &at)) != NULL)
		if (strcmp(name, "libc.so") == 0 || strncmp(name, "libc.musl-", 10) == 0)
			return true;
	return false;
}

void
process_start(struct process *process, const struct source *source, const struct object *object,
	      const char *interpreter, const struct process_level *level)
{
	static const struct machine unknown = {
	    .multiarch = "", .lib = "lib", .biarch = "lib", .platform = ""};
	const struct machine *machine = machine_of(&object->elf);
	const char *slash = interpreter != NULL ? strrchr(interpreter, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : "";

	*process = (struct process){.machine = machine, .level = level};
	if (machine == NULL)
		machine = &unknown;
	if (strncmp(name, musl_loader, strlen(musl_loader)) == 0) {
		const char *architecture = name + strlen(musl_loader);
		set_musl(process, source, interpreter, architecture, strcspn(architecture, "."));
	} else if (interpreter == NULL && needs_musl(object)) {
		set_musl(process, source, "", machine->platform, strlen(machine->platform));
	} else {
		set_directories(process, source, machine);
		process->search.platform =
		    level->platform != NULL ? level->platform->name : machine->platform;
		set_variants(process, false);
		process->search.cache_flags = machine->cache_flags;
	}
}

void
process_unload(struct process *process)
{
	for (size_t i = 0; i < process->count; i++) {
		free((char *)process->loaded[i]->search.origin);
		free((char *)process->loaded[i]->search.from);
		for (size_t n = 0; n < process->loaded[i]->name_count; n++)
			free(process->loaded[i]->names[n]);
		free(process->loaded[i]->names);
		free(process->loaded[i]->path);
		free(process->loaded[i]);
	}
	free(process->loaded);
	process->loaded = NULL;
	process->count = 0;
}

void
process_end(struct process *process)
{
	process_unload(process);
	for (size_t i = 0; process->directories[i] != NULL; i++)
		free(process->directories[i]);
	free(process->path);
	free(process->path_file);
	free(process->lib);
}

static void
add_name(struct loaded *loaded, const char *name)
{
	loaded->names = xgrow(loaded->names, loaded->name_count, sizeof(*loaded->names));
	loaded->names[loaded->name_count++] = xstrdup(name);
}

/*
 * Returns the directory of an object on this machine, with an executable's links resolved, to
 * be freed; NULL if it is the one in the image.
 */
static char *
find_directory(const struct plan_entry *entry, const char *from, bool is_executable)
{
	if (from == NULL && (entry->in_place || entry->source == NULL))
		return NULL;
	char *real = from == NULL && is_executable ? realpath(entry->source, NULL) : NULL;
	const char *path = real != NULL ? real : from != NULL ? from : entry->source;
	char *directory = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);

	free(real);
	return directory;
}

void
process_load(struct process *process, const struct object *object, const struct plan_entry *entry,
	     const char *path, const char *from, const char *name, const struct loaded *loader)
{
	struct loaded *loaded = xcalloc(1, sizeof(*loaded));
	const char *slash = strrchr(path, '/');

	loaded->object = object;
	loaded->entry = entry;
	loaded->path = xstrdup(path);
	/* musl records only names that it has searched for. */
	if (!process->search.musl || strchr(name, '/') == NULL)
		add_name(loaded, name);
	loaded->search = (struct search_object){
	    .rpath = object->rpath,
	    .runpath = object->runpath,
	    .origin = slash == path ? xstrdup("/") : xasprintf("%.*s", (int)(slash - path), path),
	    .from = find_directory(entry, from, loader == NULL),
	    .nodeflib = (object->elf.flags_1 & DF_1_NODEFLIB) != 0,
	    .loader = loader != NULL ? &loader->search : NULL,
	};
	process->loaded = xgrow(process->loaded, process->count, sizeof(struct loaded *));
	process->loaded[process->count++] = loaded;
	process->uses_platform |=
	    (object->rpath != NULL && strstr(object->rpath, "PLATFORM") != NULL) ||
	    (object->runpath != NULL && strstr(object->runpath, "PLATFORM") != NULL);
}

static bool
has_name(const struct loaded *loaded, const char *name, bool musl)
{
	for (size_t i = 0; i < loaded->name_count; i++)
		if (strcmp(loaded->names[i], name) == 0)
			return true;
	return !musl && loaded->object->soname != NULL && strcmp(loaded->object->soname, name) == 0;
}

bool
process_has_name(const struct process *process, const char *name)
{
	for (size_t i = 0; i < process->count; i++)
		if (has_name(process->loaded[i], name, process->search.musl))
			return true;
	return process->search.musl && search_musl_is_loader(name);
}

/* Hard links remain hard links in the image if both keep their paths. */
static bool
is_same_file(const struct plan_entry *a, const struct plan_entry *b)
{
	return a == b || (a->in_place && b->in_place && a->stat.st_dev == b->stat.st_dev &&
			  a->stat.st_ino == b->stat.st_ino);
}

bool
process_has_entry(struct process *process, const struct plan_entry *entry, const char *name)
{
	for (size_t i = 0; i < process->count; i++) {
		struct loaded *loaded = process->loaded[i];
		if (!is_same_file(loaded->entry, entry))
			continue;
		if (!process->search.musl)
			add_name(loaded, name);
		else if (loaded->name_count == 0 && strchr(name, '/') == NULL)
			add_name(loaded, strrchr(loaded->path, '/') +
					     1); /* the file's own name, not `name` */
		return true;
	}
	return false;
}
