/* SPDX-License-Identifier: MIT */
#include "elf/object.h"

#include <elf.h>
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "elf/rules.h"
#include "host/elf_note.h"
#include "host/memory.h"

/* The last of the strings with `tag`, as loaders take it. */
static const char *
last_string(const struct elf *elf, uint64_t tag)
{
	const char *string = NULL, *next;
	uint64_t at = 0;

	while ((next = elf_next(elf, tag, &at)) != NULL)
		string = next;
	return string;
}

static void
read_loads(struct object *object)
{
	struct elf_notes notes = {.header = 0};
	const unsigned char *data;
	size_t length;

	while ((data = elf_next_note(&object->elf, &notes, DLOPEN_NOTE_OWNER, DLOPEN_NOTE_TYPE, &length)) != NULL)
		if (dlopen_note_read(&object->loads, data, length) != 0)
			object->loads_are_broken = true;
}

static void
read_kind(struct object *object)
{
	if (script_is(object->map, object->size)) {
		object->kind = OBJECT_SCRIPT;
		object->result = script_read(&object->script, object->map, object->size);
	} else if (elf_is(object->map, object->size)) {
		object->kind = OBJECT_BROKEN_ELF;
		if (elf_open(&object->elf, object->map, object->size) != 0)
			return;
		object->kind = OBJECT_ELF;
		object->soname = last_string(&object->elf, DT_SONAME);
		object->rpath = last_string(&object->elf, DT_RPATH);
		object->runpath = last_string(&object->elf, DT_RUNPATH);
		object->rules = rules_match(&object->elf, object->soname);
		read_loads(object);
	}
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct object *)a)->path, ((const struct object *)b)->path);
}

static void
release(void *node)
{
	struct object *object = node;

	if (object->map != NULL)
		mapped_release(object->map);
	dlopen_note_free(&object->loads);
	free(object->path);
	free(object);
}

const struct object *
object_get(struct objects *objects, const char *path)
{
	const struct object key = {.path = (char *)path};
	void **node = tfind(&key, &objects->paths, compare);

	if (node != NULL)
		return *node;
	size_t size = 0;
	void *map = mapped_file(path, &size);
	if (map == NULL && errno != 0)
		return NULL;
	struct object *object = memory_get(1, sizeof(*object));
	object->path = memory_copy(path);
	object->map = map;
	object->size = size;
	if (map != NULL)
		read_kind(object);
	if (object->kind != OBJECT_ELF && map != NULL) {
		mapped_release(map);
		object->map = NULL;
	}
	node = tsearch(object, &objects->paths, compare);
	if (node == NULL)
		memory_get(SIZE_MAX, SIZE_MAX);
	return object;
}

void
objects_free(struct objects *objects)
{
	tdestroy(objects->paths, release);
	objects->paths = NULL;
}
