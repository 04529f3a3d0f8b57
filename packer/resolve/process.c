/* SPDX-License-Identifier: MIT */
#include "resolve/process.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "elf/elf_machine.h"
#include "elf/loader.h"
#include "elf/object.h"
#include "host/memory.h"
#include "plan/plan.h"
#include "plan/source.h"

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
 * The directories built into glibc's loader, which distributions set, where they cannot be read from it. Debian's has the
 * multiarch ones and, without them, those of its older biarch packages; all others have lib or lib64.
 */
static void
set_directories(struct process *process, const struct source *source, const struct machine *machine)
{
	char *multiarch = memory_format("/lib/%s", machine->multiarch);
	char *biarch = memory_format("/%s", machine->biarch);
	bool has_multiarch = is_directory(source, multiarch);
	bool only = !has_multiarch && strcmp(machine->lib, machine->biarch) != 0 && is_directory(source, biarch);
	const char *lib = has_multiarch ? multiarch + 1 : only ? machine->biarch : machine->lib;
	size_t count = 0;

	process->lib = memory_copy(lib);
	process->directories[count++] = memory_format("/%s", lib);
	process->directories[count++] = memory_format("/usr/%s", lib);
	if (!only && strcmp(lib, "lib") != 0) {
		process->directories[count++] = memory_copy("/lib");
		process->directories[count++] = memory_copy("/usr/lib");
	}
	free(multiarch);
	free(biarch);
	process->search.directories = (const char *const *)process->directories;
	process->search.lib = process->lib;
}

/* What the loader looks in before each directory, on this kind of processor. */
static void
set_variants(struct process *process, bool legacy)
{
	const struct process_level *level = process->level;
	const char *const *lists[2] = {level->hwcaps, NULL};
	size_t count = 0;

	if (legacy && process->machine != NULL)
		lists[1] = level->platform != NULL && level->platform->legacy != NULL ? level->platform->legacy
										      : process->machine->legacy;
	for (size_t i = 0; i < 2; i++)
		for (const char *const *name = lists[i]; name != NULL && *name != NULL; name++)
			if (count + 1 < PROCESS_VARIANTS)
				process->variants[count++] = *name;
	process->variants[count] = NULL;
	process->search.variants = count > 0 ? process->variants : NULL;
}

/* $LIB is the first of those below /usr, or else, with a glibc elsewhere, the last component of the first. */
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
		char *directory = memory_format("%.*s", (int)strlen(at) - 1, at);
		process->directories[i] = directory;
		if (lib == NULL && strncmp(directory, "/usr/", 5) == 0)
			lib = directory + 5;
	}
	process->lib = memory_copy(lib != NULL ? lib : strrchr(process->directories[0], '/') + 1);
	process->search.lib = process->lib;
}

/* The file at `path` in the source as a string, or NULL if it is not there. One that cannot be read is empty to musl. */
static char *
read_text(const struct source *source, const char *path)
{
	struct stat found;
	char *there = source_real(source, path, &found), *text;
	size_t size = 0;
	void *map = there != NULL ? mapped_file(there, &size) : NULL;

	if (there == NULL && errno == ENOENT)
		return NULL;
	text = memory_format("%.*s", (int)size, map != NULL ? (const char *)map : "");
	if (map != NULL)
		mapped_release(map);
	free(there);
	return text;
}

/* The file of directories is looked for two levels above the loader (ldso/dynlink.c load_library()). */
static void
set_musl(struct process *process, const struct source *source, const char *prefix, const char *architecture,
	 size_t length)
{
	const char *end = strrchr(prefix, '/');

	while (end != NULL && end > prefix && *--end != '/')
		;
	process->search.musl = true;
	process->path_file = memory_format("%.*s/etc/ld-musl-%.*s.path", end != NULL ? (int)(end - prefix) : 0, prefix,
					   (int)length, architecture);
	process->path = read_text(source, process->path_file);
	if (process->path == NULL) {
		free(process->path_file);
		process->path_file = NULL;
		process->path = memory_copy(musl_default);
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
	static const struct machine unknown = {.multiarch = "", .lib = "lib", .biarch = "lib", .platform = ""};
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
		process->search.platform = level->platform != NULL ? level->platform->name : machine->platform;
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
	loaded->names = memory_room(loaded->names, loaded->name_count, sizeof(*loaded->names));
	loaded->names[loaded->name_count++] = memory_copy(name);
}

/* The directory that an object is in here, which an executable's links lead to; NULL: that of the image. */
static char *
find_directory(const struct plan_entry *entry, const char *from, bool is_executable)
{
	if (from == NULL && (entry->in_place || entry->source == NULL))
		return NULL;
	char *real = from == NULL && is_executable ? realpath(entry->source, NULL) : NULL;
	const char *path = real != NULL ? real : from != NULL ? from : entry->source;
	char *directory = memory_format("%.*s", (int)(strrchr(path, '/') - path), path);

	free(real);
	return directory;
}

void
process_load(struct process *process, const struct object *object, const struct plan_entry *entry, const char *path,
	     const char *from, const char *name, const struct loaded *loader)
{
	struct loaded *loaded = memory_get(1, sizeof(*loaded));
	const char *slash = strrchr(path, '/');

	loaded->object = object;
	loaded->entry = entry;
	loaded->path = memory_copy(path);
	/* musl knows by name only what it has searched for. */
	if (!process->search.musl || strchr(name, '/') == NULL)
		add_name(loaded, name);
	loaded->search = (struct search_object){
	    .rpath = object->rpath,
	    .runpath = object->runpath,
	    .origin = slash == path ? memory_copy("/") : memory_format("%.*s", (int)(slash - path), path),
	    .from = find_directory(entry, from, loader == NULL),
	    .nodeflib = (object->elf.flags_1 & DF_1_NODEFLIB) != 0,
	    .loader = loader != NULL ? &loader->search : NULL,
	};
	process->loaded = memory_room(process->loaded, process->count, sizeof(struct loaded *));
	process->loaded[process->count++] = loaded;
	process->uses_platform |= (object->rpath != NULL && strstr(object->rpath, "PLATFORM") != NULL) ||
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

/* Hard links stay such in the image where both keep their paths. */
static bool
is_same_file(const struct plan_entry *a, const struct plan_entry *b)
{
	return a == b ||
	       (a->in_place && b->in_place && a->stat.st_dev == b->stat.st_dev && a->stat.st_ino == b->stat.st_ino);
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
			add_name(loaded, strrchr(loaded->path, '/') + 1); /* the file's own, not `name` */
		return true;
	}
	return false;
}
